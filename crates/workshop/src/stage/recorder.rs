//! Stands before inventory: keeps each call as it stood on the wire, and passes it on. It answers for a partner outside, too.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use tokio::{sync::watch, time::timeout};

use super::{client::client, served::Served};
use crate::seen::Call;

/// Far more than inventory ever answers.
const MAX_BODY: usize = 1 << 20;

/// A recorder that listens.
pub struct Recorder {
    served: Served,
    shared: Arc<Shared>,
}

struct Shared {
    inventory: String,
    client: reqwest::Client,
    calls: Mutex<Vec<Call>>,
    under_way: watch::Sender<usize>,
    failures: AtomicUsize,
    /// The number of calls to hold, and the time.
    hold: watch::Sender<(usize, Duration)>,
}

impl Recorder {
    /// Listens on a free port, in front of the inventory at this address.
    pub async fn start(inventory: &str) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            inventory: inventory.to_owned(),
            client: client()?,
            calls: Mutex::default(),
            failures: AtomicUsize::new(0),
            under_way: watch::Sender::new(0),
            hold: watch::Sender::new((0, Duration::ZERO)),
        });
        let router = Router::new().fallback(pass_on).with_state(shared.clone());
        let served = Served::start(router).await?;
        Ok(Self { served, shared })
    }

    /// Where the learner's service finds inventory.
    pub fn url(&self) -> &str {
        self.served.url()
    }

    /// Holds calls until so many are there at once, or the time is over; 0 holds none.
    pub fn hold(&self, calls: usize, limit: Duration) {
        self.shared.hold.send_replace((calls, limit));
    }

    /// Lets so many calls fail.
    pub fn fail(&self, calls: usize) {
        self.shared.failures.store(calls, Ordering::Relaxed);
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls().clone()
    }
}

impl Shared {
    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until enough calls are there, or are not going to be. Then nothing is held any more.
    async fn held(&self) {
        let (wanted, limit) = *self.hold.borrow();
        let enough = async {
            let (mut under_way, mut hold) = (self.under_way.subscribe(), self.hold.subscribe());
            tokio::select! {
                _ = under_way.wait_for(|count| *count >= wanted) => {}
                _ = hold.wait_for(|(wanted, _)| *wanted == 0) => {}
            }
        };
        if wanted > 0 {
            let _ = timeout(limit, enough).await;
            self.hold.send_replace((0, Duration::ZERO));
        }
    }
}

async fn pass_on(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head
        .uri
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    shared.under_way.send_modify(|count| *count += 1);
    let together = *shared.under_way.borrow();
    let call = Call {
        path: path.clone(),
        headers: texts(&head.headers),
        together,
    };
    let is_outside = call.to() == "partner";
    shared.calls().push(call);
    if is_outside {
        shared.under_way.send_modify(|count| *count -= 1);
        return StatusCode::OK.into_response();
    }
    shared.held().await;
    let fails = |left: usize| left.checked_sub(1);
    if shared
        .failures
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails)
        .is_ok()
    {
        shared.under_way.send_modify(|count| *count -= 1);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let answer = forward(&shared, &path, head.headers, body).await;
    shared.under_way.send_modify(|count| *count -= 1);
    answer.unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response())
}

async fn forward(
    shared: &Shared,
    path: &str,
    mut headers: HeaderMap,
    body: Body,
) -> anyhow::Result<Response> {
    // The connection's own.
    for name in ["host", "connection", "transfer-encoding", "content-length"] {
        headers.remove(name);
    }
    let body = to_bytes(body, MAX_BODY).await?;
    let call = shared
        .client
        .get(format!("{}{path}", shared.inventory))
        .headers(headers)
        .body(body);
    let answer = call.send().await?;
    let mut response = Response::builder().status(answer.status());
    if let Some(kind) = answer.headers().get("content-type") {
        response = response.header("content-type", kind);
    }
    Ok(response.body(Body::from(answer.bytes().await?))?)
}

/// Names in lower case, and values as text.
pub fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect()
}
