//! Orders puts three messages into a queue for each order, and the warehouse takes them out, in batches. Tracing is made by hand. The
//! clock of one of the four services is wrong.

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Kind, Tracer, extract, inject},
    queue::{Message, Queue},
};
use service::{Error, OrderId, UserId};

/// The service whose clock is wrong: gateway, orders, inventory or warehouse.
pub const WRONG_CLOCK: &str = "{wrong-clock}";

/// The work that an order means for the warehouse.
const TASKS: [&str; 3] = ["pick", "pack", "ship"];

/// The routes of orders.
pub fn routes(tracer: Tracer, queue: Queue) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .with_state((tracer, queue))
}

/// `GET /orders/{id}`: one laptop, at inventory's price, and three messages for the warehouse.
async fn order(
    State((tracer, queue)): State<(Tracer, Queue)>,
    headers: HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let span = tracer.begin(extract(&headers).as_ref(), Kind::Server, "get /orders/{id}");
    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let price = tracer.price(inject(call.context())).await;
    tracer.end(call);
    for task in TASKS {
        let sending = tracer.begin(Some(span.context()), Kind::Producer, "send");
        let message = Message::new(&format!("{task} order {id}"));
        let mut message = message;
        let c = sending.context();
        if let Ok(v) = c.trace_id.parse() {
            message.headers.insert("x-b3-traceid", v);
        }
        queue.put(message, inject(sending.context())).await?;
        tracer.end(sending);
    }
    tracer.end(span);
    Ok(Json(Order::new(id, user, price?)))
}

/// The warehouse works on the messages of a batch.
pub async fn work(tracer: Tracer, messages: Vec<Message>) {
    for message in messages {
        let span = tracer.begin(extract(&message.headers).as_ref(), Kind::Consumer, "receive");
        message.work_off().await;
        tracer.end(span);
    }
}
