//! Orders, which puts messages into a queue, and the warehouse, which takes them out: one program in two roles. The queue speaks HTTP,
//! keeps messages with their own headers, and forgets those of the HTTP call, as brokers do.

use std::{env, time::Duration};

use axum::{Router, http::HeaderMap};
use serde::{Deserialize, Serialize};
use service::Error;
use tokio::{select, sync::mpsc};

use crate::{
    DEADLINE, failure,
    hand::{Tracer, serve_exported, zipkin},
    post::post_all,
};

/// The queue holds a request for messages for less than that.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A message for the warehouse.
#[derive(Debug)]
pub struct Message {
    /// The message's own headers. They stay with it.
    pub headers: HeaderMap,
    body: String,
}

/// A message on its way.
#[derive(Deserialize, Serialize)]
struct OnTheWire {
    headers: Vec<(String, String)>,
    body: String,
}

/// The queue between orders and the warehouse.
#[derive(Clone)]
pub struct Queue {
    client: reqwest::Client,
    url: String,
}

/// Serves a lesson's routes as orders, or works as the warehouse, as the variable `ROLE` says. The service whose clock is said to be
/// wrong is named in a line.
///
/// # Errors
/// An address that is taken, no address of the queue.
pub async fn serve<W: Future<Output = ()>>(
    routes: impl FnOnce(Tracer, Queue) -> Router,
    work: impl Fn(Tracer, Vec<Message>) -> W,
    wrong_clock: &str,
) -> anyhow::Result<()> {
    let queue = Queue {
        client: reqwest::Client::builder().no_proxy().build()?,
        url: env::var("QUEUE_URL")?,
    };
    let role = env::var("ROLE").unwrap_or_default();
    let (ended, spans) = mpsc::unbounded_channel();
    let exporter = tokio::spawn(post_all(spans, zipkin()?));
    let end = move |span| _ = ended.send(span);
    if role == "warehouse" {
        println!("INFO warehouse : the clock of [{wrong_clock}] is wrong");
        println!("INFO warehouse : listening on http://127.0.0.1:0");
        take(queue, Tracer::of("warehouse", end)?, work).await?;
    } else {
        serve_exported(|tracer| routes(tracer, queue), end).await?;
    }
    exporter.await??;
    Ok(())
}

/// Takes messages until it is told to stop; those that were taken are worked on to the end.
async fn take<W: Future<Output = ()>>(
    queue: Queue,
    tracer: Tracer,
    work: impl Fn(Tracer, Vec<Message>) -> W,
) -> anyhow::Result<()> {
    let stop = service::stop::requested(true)?;
    tokio::pin!(stop);
    loop {
        select! {
            () = &mut stop => return Ok(()),
            messages = queue.next() => work(tracer.clone(), messages?).await,
        }
    }
}

impl Queue {
    /// Puts a message into the queue, by an HTTP call with these headers.
    ///
    /// # Errors
    /// A queue that is away, full, or too slow.
    pub async fn put(&self, message: Message, http: HeaderMap) -> Result<(), Error> {
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = message.headers.iter();
        let message = OnTheWire {
            headers: headers
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: message.body,
        };
        let put = self.client.post(&self.url).headers(http).timeout(DEADLINE);
        let failed = |error| failure("queue", error);
        let answer = put.json(&message).send().await.map_err(failed)?;
        answer.error_for_status().map_err(failed)?;
        Ok(())
    }

    /// The messages of the next batch; none where there are none for some time.
    async fn next(&self) -> anyhow::Result<Vec<Message>> {
        let get = self.client.get(&self.url).timeout(LONGEST_WAIT);
        let messages: Vec<OnTheWire> = get.send().await?.error_for_status()?.json().await?;
        Ok(messages.into_iter().map(Message::from).collect())
    }
}

impl Message {
    /// A message without headers.
    pub fn new(body: &str) -> Self {
        Self {
            headers: HeaderMap::new(),
            body: body.to_owned(),
        }
    }

    /// Does what it asks for.
    pub async fn work_off(self) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        println!("INFO warehouse : done: {}", self.body);
    }
}

impl From<OnTheWire> for Message {
    fn from(message: OnTheWire) -> Self {
        let header = |(name, value): (String, String)| Some((name.parse().ok()?, value.parse().ok()?));
        Self {
            headers: message.headers.into_iter().filter_map(header).collect(),
            body: message.body,
        }
    }
}
