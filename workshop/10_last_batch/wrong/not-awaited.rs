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

/// The times that a batch is posted at most.
const TRIES: u32 = 6;

/// Between the first try and the second.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Between later tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Serves orders until it is told to stop, and every request is answered.
pub async fn serve() -> anyhow::Result<()> {
    let (ended, spans) = mpsc::channel(ROOM);
    tokio::spawn(export(spans, zipkin()?));
    serve_exported(routes, move |span| _ = ended.try_send(span)).await?;
    // Time for the last batch.
    sleep(Duration::from_millis(200)).await;
    Ok(())
}

/// Posts spans until there are no more.
async fn export(mut spans: mpsc::Receiver<Span>, zipkin: Zipkin) {
    let mut batch = Vec::new();
    while let Some(span) = spans.recv().await {
        batch.push(span);
        if batch.len() == BATCH {
            deliver(&mut batch, &zipkin).await;
        }
    }
    // The last batch is seldom full.
    deliver(&mut batch, &zipkin).await;
}

/// Posts a batch, again while Zipkin is away, with longer and longer pauses. In the end it is given up, and said so.
async fn deliver(batch: &mut Vec<Span>, zipkin: &Zipkin) {
    let mut pause = FIRST_PAUSE;
    for _ in 0..TRIES {
        if batch.is_empty() || zipkin.post(batch).await.is_ok() {
            batch.clear();
            return;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    eprintln!("ERROR orders : {} spans are lost, Zipkin is away", batch.len());
    batch.clear();
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
