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

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where services post their spans.
    pub fn endpoint(&self) -> String {
        format!("{}/api/v2/spans", self.url)
    }

    /// Every span that came; ends the collector.
    pub async fn all(self) -> anyhow::Result<Vec<Span>> {
        self.collector.caught_up().await;
        let traces = traces(&self.url, 100_000).await?;
        let _ = self.stop.send(());
        self.task.await.context("the collector broke")??;
        Ok(traces.into_iter().flatten().collect())
    }
}

/// The newest traces of a collector.
///
/// # Errors
/// A collector that is away, or answers with something else.
pub async fn traces(url: &str, limit: usize) -> anyhow::Result<Vec<Vec<Span>>> {
    // A clock may be wrong in a lesson.
    let end = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() + DAY;
    let path = format!("/api/v2/traces?endTs={end}&lookback={}&limit={limit}", 3 * DAY);
    let url = url.trim_end_matches('/');
    let answer = client()?.get(format!("{url}{path}")).send().await?;
    let traces: Vec<serde_json::Value> = answer
        .error_for_status()?
        .json()
        .await
        .context("the collector's answer is no JSON")?;
    let read = |trace: serde_json::Value| Ok(zipkin::decode::list(trace.to_string().as_bytes())?);
    traces.into_iter().map(read).collect()
}
