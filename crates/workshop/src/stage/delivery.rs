//! Stands before the collector, in lessons about delivery: it may be away or late, and keeps what became of each batch.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{client::client, served::Served};
use crate::seen::{Delivery, Outcome, Post};

/// A batch of a lesson has a few spans.
const MAX_BODY: usize = 1 << 20;

/// More batches than these are not kept.
const MOST_POSTS: usize = 10_000;

/// The time that the collector is away or late.
const WHILE: Duration = Duration::from_secs(1);

/// The wait for a batch of a round.
const BATCH_LIMIT: Duration = Duration::from_secs(2);

/// The way to the collector.
pub struct Gate {
    url: String,
    shared: Arc<Shared>,
    /// It ends with the gate.
    _served: Served,
}

struct Shared {
    collector: String,
    client: reqwest::Client,
    posts: Mutex<Vec<Post>>,
    mode: watch::Sender<Delivery>,
    taken: watch::Sender<usize>,
    refused: watch::Sender<usize>,
}

impl Gate {
    /// Listens on a free port, before the collector at this address.
    pub async fn start(collector: String) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            collector,
            client: client()?,
            posts: Mutex::default(),
            mode: watch::Sender::default(),
            taken: watch::Sender::default(),
            refused: watch::Sender::default(),
        });
        let router = Router::new()
            .fallback(take)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(shared.clone());
        let served = Served::start(router).await?;
        let url = format!("{}/api/v2/spans", served.url());
        Ok(Self {
            url,
            shared,
            _served: served,
        })
    }

    /// Where the learner's service posts its spans.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From here on.
    pub fn set(&self, delivery: Delivery) {
        self.shared.mode.send_replace(delivery);
    }

    /// The requests of a round are answered: waits until a batch of it was taken. One that was refused may be tried again.
    pub async fn end_round(&self, delivery: Delivery) {
        let taken = *self.shared.taken.borrow();
        match delivery {
            Delivery::Answered | Delivery::Late => return,
            Delivery::Again => {}
            Delivery::AfterTheRound => self.set(Delivery::Answered),
            Delivery::Refused => {
                if reaches(&self.shared.refused, 1).await {
                    sleep(WHILE).await;
                }
                self.set(Delivery::Answered);
            }
        }
        reaches(&self.shared.taken, taken + 1).await;
    }

    /// The batches so far.
    pub fn posts(&self) -> Vec<Post> {
        self.shared.posts().clone()
    }
}

impl Shared {
    fn posts(&self) -> MutexGuard<'_, Vec<Post>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The batch's number.
    fn note(&self, body: &[u8]) -> usize {
        let spans = zipkin::decode::list(body).unwrap_or_default();
        let mut posts = self.posts();
        if posts.len() < MOST_POSTS {
            posts.push(Post {
                spans: spans.iter().map(|span| (span.trace_id, span.id)).collect(),
                outcome: Outcome::Abandoned,
            });
        }
        posts.len() - 1
    }

    fn came_to(&self, number: usize, outcome: Outcome) {
        if let Some(post) = self.posts().get_mut(number) {
            post.outcome = outcome;
        }
    }
}

/// Whether a count comes so far in time.
async fn reaches(count: &watch::Sender<usize>, wanted: usize) -> bool {
    let mut count = count.subscribe();
    // The result is a guard of the count, which nobody could raise as long as it lives.
    timeout(BATCH_LIMIT, count.wait_for(|count| *count >= wanted))
        .await
        .is_ok()
}

/// The handler is dropped when the service hangs up: then the batch stays abandoned.
async fn take(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    let number = shared.note(&body);
    let mut modes = shared.mode.subscribe();
    let mode = *modes.borrow_and_update();
    let mut outcome = Outcome::Taken;
    match mode {
        Delivery::Answered | Delivery::Again => {}
        Delivery::AfterTheRound => {
            if timeout(WHILE, modes.changed()).await.is_err() {
                outcome = Outcome::Awaited;
            }
        }
        Delivery::Late => sleep(WHILE).await,
        Delivery::Refused => {
            shared.came_to(number, Outcome::Refused);
            shared.refused.send_modify(|count| *count += 1);
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    let post = shared.client.post(&shared.collector);
    let post = post.header("content-type", "application/json").body(body);
    match post.send().await {
        Ok(answer) if answer.status().is_success() => {
            shared.came_to(number, outcome);
            shared.taken.send_modify(|count| *count += 1);
            StatusCode::ACCEPTED
        }
        _ => StatusCode::BAD_GATEWAY,
    }
}
