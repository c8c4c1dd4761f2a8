//! Requests to a gateway, as fast as they go or at a steady rate. Any answer but 200 ends the run: it would be cheap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The user who asks.
#[derive(Clone)]
pub struct Load(reqwest::Client);

impl Load {
    /// A client with connections of its own.
    pub fn new() -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60)) // a profiler makes services slow
            .build()?;
        Ok(Self(http))
    }

    /// One order.
    pub async fn one(&self, url: &str, id: u32) -> anyhow::Result<()> {
        let response = self
            .0
            .get(format!("{url}/orders/{id}"))
            .header("userid", "terry")
            .send()
            .await?;
        let status = response.status();
        let body = response.bytes().await?;
        ensure!(
            status.is_success(),
            "the gateway answered {status}: {}",
            String::from_utf8_lossy(&body)
        );
        Ok(())
    }

    /// The answer of a URL.
    pub async fn json<T: DeserializeOwned>(&self, url: &str) -> anyhow::Result<T> {
        Ok(self.0.get(url).send().await?.json().await?)
    }

    /// `requests` in all, `concurrency` at once, each after the answer to the one before it.
    pub async fn closed(&self, url: &str, requests: u32, concurrency: u32) -> anyhow::Result<()> {
        let next = Arc::new(AtomicU32::new(1));
        let mut users = JoinSet::<anyhow::Result<()>>::new();
        for _ in 0..concurrency {
            let (load, next, url) = (self.clone(), next.clone(), url.to_owned());
            users.spawn(async move {
                loop {
                    let id = next.fetch_add(1, Relaxed);
                    if id > requests {
                        return Ok(());
                    }
                    load.one(&url, id).await?;
                }
            });
        }
        while let Some(done) = users.join_next().await {
            done?.context("the load was broken off")?;
        }
        Ok(())
    }

    /// `rate` requests a second, whether or not earlier ones have been answered; how long each took from when it was due.
    pub async fn steady(&self, url: &str, requests: u32, rate: f64) -> anyhow::Result<Vec<Duration>> {
        let mut users = JoinSet::new();
        let mut due = paced(requests, rate);
        while let Some((id, started)) = due.recv().await {
            let (load, url) = (self.clone(), url.to_owned());
            users.spawn(async move { load.one(&url, id).await.map(|()| started.elapsed()) });
        }
        let mut latencies = Vec::new();
        while let Some(done) = users.join_next().await {
            latencies.push(done??);
        }
        Ok(latencies)
    }
}

/// The numbers from 1, one after the other at this rate, and when each was due. From a thread of its own: the runtime's
/// timer knows whole milliseconds, and the requests of one would wait for each other.
fn paced(requests: u32, rate: f64) -> mpsc::Receiver<(u32, Instant)> {
    // So many that the pace never waits for the requests.
    let (sender, due) = mpsc::channel(requests.max(1) as usize);
    thread::spawn(move || {
        let start = Instant::now();
        for id in 1..=requests {
            let next = start + Duration::from_secs_f64(f64::from(id) / rate.max(1.0));
            thread::sleep(next.saturating_duration_since(Instant::now()));
            if sender.blocking_send((id, next)).is_err() {
                return;
            }
        }
    });
    due
}
