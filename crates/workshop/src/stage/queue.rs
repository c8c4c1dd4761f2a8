//! A small queue in memory, in this process: HTTP, messages with headers of their own, batches of three.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::timeout};

use super::{recorder::texts, served::Served};
use crate::seen::Message;

/// Far more than a message of a lesson.
const MAX_BODY: usize = 64 * 1024;

/// More messages than these are refused.
const MOST: usize = 1000;

/// A batch is as large, unless its messages do not come in time.
const BATCH: usize = 3;

/// The time that a batch is waited for.
const BATCH_LIMIT: Duration = Duration::from_millis(500);

/// The time that messages may lie in the queue when nobody else comes.
const REST_LIMIT: Duration = Duration::from_secs(3);

/// A queue that listens.
pub struct Queue {
    url: String,
    shared: Arc<Shared>,
    /// It ends with the queue.
    _served: Served,
}

struct Shared {
    waiting: Mutex<VecDeque<OnTheWire>>,
    seen: Mutex<Vec<Message>>,
    count: watch::Sender<usize>,
}

/// A message.
#[derive(Clone, Deserialize, Serialize)]
struct OnTheWire {
    headers: Vec<(String, String)>,
    body: String,
}

impl Queue {
    /// Listens on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            seen: Mutex::default(),
            count: watch::Sender::default(),
        });
        let router = Router::new()
            .route("/messages", get(take).post(put))
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(shared.clone());
        let served = Served::start(router).await?;
        let url = format!("{}/messages", served.url());
        Ok(Self {
            url,
            shared,
            _served: served,
        })
    }

    /// Where messages are put and taken.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until all messages are taken.
    pub async fn emptied(&self) {
        let mut count = self.shared.count.subscribe();
        // Those that nobody takes are seen in the trace.
        let _ = timeout(REST_LIMIT, count.wait_for(|count| *count == 0)).await;
    }

    /// The messages so far.
    pub fn messages(&self) -> Vec<Message> {
        locked(&self.shared.seen).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn put(
    State(shared): State<Arc<Shared>>,
    http: HeaderMap,
    Json(message): Json<OnTheWire>,
) -> StatusCode {
    let mut seen = locked(&shared.seen);
    if seen.len() >= MOST {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    seen.push(Message {
        http: texts(&http),
        headers: message.headers.clone(),
        body: message.body.clone(),
    });
    locked(&shared.waiting).push_back(message);
    shared.count.send_modify(|count| *count += 1);
    StatusCode::ACCEPTED
}

async fn take(State(shared): State<Arc<Shared>>) -> Json<Vec<OnTheWire>> {
    let mut count = shared.count.subscribe();
    let enough = timeout(BATCH_LIMIT, count.wait_for(|count| *count >= BATCH)).await;
    drop(enough);
    let mut waiting = locked(&shared.waiting);
    let batch = waiting.len().min(BATCH);
    let batch: Vec<OnTheWire> = waiting.drain(..batch).collect();
    shared.count.send_modify(|count| *count -= batch.len());
    Json(batch)
}
