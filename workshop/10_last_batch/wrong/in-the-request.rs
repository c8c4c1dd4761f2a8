//! Orders, with an exporter of its own: a span is posted to Zipkin when it ends.

use std::time::Duration;

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Kind, Span, Tracer, Zipkin, extract, inject, serve_exported, zipkin},
};
use service::{Error, OrderId, UserId};
use tokio::{runtime::Handle, task, time::sleep};

/// Serves orders until it is told to stop, and every request is answered.
pub async fn serve() -> anyhow::Result<()> {
    let zipkin = zipkin()?;
    serve_exported(routes, move |span| export(span, &zipkin)).await
}

/// Posts a span until Zipkin has it.
fn export(span: Span, zipkin: &Zipkin) {
    let spans = [span];
    let post = async {
        for _ in 0..5 {
            if zipkin.post(&spans).await.is_ok() {
                return;
            }
            sleep(Duration::from_millis(400)).await;
        }
    };
    task::block_in_place(|| Handle::current().block_on(post));
}

/// The routes of orders.
fn routes(tracer: Tracer) -> Router {
    Router::new().route("/orders/{id}", get(order)).with_state(tracer)
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(
    State(tracer): State<Tracer>,
    headers: HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let span = tracer.begin(extract(&headers).as_ref(), Kind::Server, "get /orders/{id}");
    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let price = tracer.price(inject(call.context())).await;
    tracer.end(call);
    tracer.end(span);
    Ok(Json(Order::new(id, user, price?)))
}
