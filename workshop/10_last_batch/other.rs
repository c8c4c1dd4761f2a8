//! Orders, with an exporter of its own: spans that ended are collected, and posted to Zipkin eight at a time.

use std::time::Duration;

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Kind, Span, Tracer, Zipkin, extract, inject, serve_exported, zipkin},
};
use service::{Error, OrderId, UserId};
use tokio::{sync::mpsc, time::sleep};

/// The spans of a batch.
const BATCH: usize = 8;

/// The spans that wait at most. Those that come when there is no room are lost: a request never waits for its spans.
const ROOM: usize = 1000;

/// The times that a batch may fail.
const PATIENCE: u32 = 12;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// Serves orders until it is told to stop, and every request is answered.
pub async fn serve() -> anyhow::Result<()> {
    let (ended, spans) = mpsc::channel(ROOM);
    let exporter = tokio::spawn(export(spans, zipkin()?));
    serve_exported(routes, move |span| _ = ended.try_send(span)).await?;
    exporter.await?;
    Ok(())
}

/// Posts spans until there are no more.
async fn export(mut spans: mpsc::Receiver<Span>, zipkin: Zipkin) {
    let (mut batch, mut is_open, mut failures) = (Vec::new(), true, 0);
    while is_open || !batch.is_empty() {
        if is_open && batch.len() < BATCH {
            is_open = spans.recv_many(&mut batch, BATCH).await > 0;
            continue;
        }
        if zipkin.post(&batch).await.is_ok() {
            (batch, failures) = (Vec::new(), 0);
        } else if failures == PATIENCE {
            eprintln!("ERROR orders : {} spans are lost, Zipkin is away", batch.len());
            (batch, failures) = (Vec::new(), 0);
        } else {
            failures += 1;
            sleep(PAUSE).await;
        }
    }
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
