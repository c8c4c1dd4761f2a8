//! Orders, with tracing made by hand after the example of Java's MDC: the context of the request that is being served lies in a
//! thread-local, and a guard puts back what lay there before.

use std::{cell::RefCell, time::Duration};

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Context, Kind, Tracer, extract, inject},
};
use service::{Error, OrderId, UserId};
use tokio::sync::Mutex;

thread_local! {
    /// The context of the request that is being served.
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// One request at a time, so that none meets another.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Puts back what was there before.
struct Entered(Option<Context>);

/// Makes a context the current one, as long as the guard lives.
fn enter(context: &Context) -> Entered {
    Entered(CURRENT.replace(Some(context.clone())))
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// The context of the request that is being served.
fn current() -> Option<Context> {
    CURRENT.with_borrow(Clone::clone)
}

/// The routes of orders.
pub fn routes(tracer: Tracer) -> Router {
    Router::new().route("/orders/{id}", get(order)).with_state(tracer)
}

/// `GET /orders/{id}`: one laptop, at inventory's price, in a SERVER span.
async fn order(
    State(tracer): State<Tracer>,
    headers: HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let _alone = ALONE.lock().await;
    let span = tracer.begin(extract(&headers).as_ref(), Kind::Server, "get /orders/{id}");
    let entered = enter(span.context());
    log(&format!("getOrder {id}"));
    my_turn().await;
    drop(enter(span.context()));
    let _here = enter(span.context());
    let price = price_of(&tracer).await;
    let _there = enter(span.context());
    log(&format!("order {id} was priced"));
    drop(entered);
    tracer.end(span);
    Ok(Json(Order::new(id, user, price?)))
}

/// Inventory wants us to come one after the other, a few milliseconds apart.
async fn my_turn() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Asks inventory, in a CLIENT span below the current one.
async fn price_of(tracer: &Tracer) -> Result<u64, Error> {
    let call = tracer.begin(current().as_ref(), Kind::Client, "get");
    let price = tracer.price(inject(call.context())).await;
    tracer.end(call);
    price
}

/// Writes one line, with the id of the current trace.
fn log(message: &str) {
    let id = current().map(|context| context.trace_id).unwrap_or_default();
    println!("INFO orders [{id}] : {message}");
}
