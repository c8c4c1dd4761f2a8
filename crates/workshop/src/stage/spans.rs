//! The collector of a stage, in this process.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use collector::Collector;
use expect::Span;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::client::client;

/// A day, in milliseconds.
const DAY: u128 = 86_400_000;

/// A collector that listens.
pub struct Spans {
    collector: Collector,
    url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Spans {
    /// Listens on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        let collector = Collector::new(&collector::Config::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // Dropped is as good as sent.
            let _ = stopped.await;
        };
        let task = tokio::spawn(collector::serve(collector.clone(), listener, shutdown));
        Ok(Self {
            collector,
            url,
            stop,
            task,
        })
    }

    /// Where services post their spans.
    pub fn endpoint(&self) -> String {
        format!("{}/api/v2/spans", self.url)
    }

    /// Every span that came; ends the collector.
    pub async fn all(self) -> anyhow::Result<Vec<Span>> {
        self.collector.caught_up().await;
        // A clock may be wrong in a lesson.
        let end = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() + DAY;
        let path = format!("/api/v2/traces?endTs={end}&lookback={}&limit=100000", 3 * DAY);
        let answer = client()?.get(format!("{}{path}", self.url)).send().await?;
        let traces: Vec<serde_json::Value> =
            answer.json().await.context("the collector's answer is no JSON")?;
        let mut spans = Vec::new();
        for trace in traces {
            spans.extend(zipkin::decode::list(trace.to_string().as_bytes())?);
        }
        let _ = self.stop.send(());
        self.task.await.context("the collector broke")??;
        Ok(spans)
    }
}
