//! Orders, with an exporter of its own: spans that ended are collected, and posted to Zipkin eight at a time.

use axum::{Json, Router, extract::State, http::HeaderMap, routing::get};
use kit::{
    Order,
    hand::{Kind, Span, Tracer, Zipkin, extract, inject, serve_exported, zipkin},
};
use service::{Error, OrderId, UserId};
use tokio::sync::mpsc;

/// The spans of a batch.
const BATCH: usize = 8;

/// The spans that wait at most. Those that come when there is no room are lost: a request never waits for its spans.
const ROOM: usize = 1000;

/// Serves orders until it is told to stop, and every request is answered.
pub async fn serve() -> anyhow::Result<()> {
    let (ended, spans) = mpsc::channel(ROOM);
    let task = tokio::spawn(export(spans, zipkin()?));
    serve_exported(routes, move |span| _ = ended.try_send(span)).await?;
    task.await?;
    Ok(())
}

/// Posts spans until there are no more.
async fn export(mut spans: mpsc::Receiver<Span>, zipkin: Zipkin) {
    let mut batch = Vec::new();
    while let Some(span) = spans.recv().await {
        batch.push(span);
        if batch.len() == BATCH {
            if zipkin.post(&batch).await.is_ok() {
                batch.clear();
            }
        }
    }
    if !batch.is_empty() {
        let _ = zipkin.post(&batch).await;
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
