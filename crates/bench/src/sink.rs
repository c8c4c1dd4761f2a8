//! Where the spans of the chain go: answers 202 as Zipkin does, and counts.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::idle;

/// Spans and bytes that have come from one mode.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub struct Received {
    /// Spans in all bodies.
    pub spans: u64,
    /// Bytes of all bodies.
    pub bytes: u64,
}

type Counts = Arc<Mutex<HashMap<String, Received>>>;

/// Receives until standard input closes.
pub async fn run() -> anyhow::Result<()> {
    let stop = service::stop::requested(true)?;
    let listener = service::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    eprintln!("{}", listener.local_addr()?);
    let router = Router::new()
        .route("/{mode}/api/v2/spans", post(receive))
        .route("/{mode}/received", get(received))
        .layer(DefaultBodyLimit::max(16 << 20))
        .with_state(Counts::default());
    service::serve(listener, router, stop, idle::telemetry()?).await
}

async fn receive(State(counts): State<Counts>, Path(mode): Path<String>, body: Bytes) -> StatusCode {
    // Quickly: the services that are measured run on the same processors.
    let spans = memmem::find_iter(&body, b"\"traceId\"").count();
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let received = counts.entry(mode).or_default();
    received.spans += spans as u64;
    received.bytes += body.len() as u64;
    StatusCode::ACCEPTED
}

async fn received(State(counts): State<Counts>, Path(mode): Path<String>) -> Json<Received> {
    let counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    Json(counts.get(&mode).copied().unwrap_or_default())
}
