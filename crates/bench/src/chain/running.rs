//! The processes of one mode, and the sink of all.

use std::time::Duration;

use super::load::Load;
use super::process::Process;
use super::usage::Usage;
use crate::hop::Role;
use crate::mode::Mode;
use crate::sink::Received;

/// Three services that call each other.
pub struct Running {
    /// The tracer of the three.
    pub mode: Mode,
    /// Where the gateway is.
    pub url: String,
    hops: Vec<Process>,
}

/// The one process that all spans go to.
pub struct Sink {
    process: Process,
    http: reqwest::Client,
}

impl Running {
    /// Starts the services, the last one first, each with the address of the one behind it.
    pub async fn start(mode: Mode, sink: &Sink, under: &[String]) -> anyhow::Result<Self> {
        let endpoint = sink.url(mode, "api/v2/spans");
        let tracer = mode.tracer().name();
        let (mut hops, mut url) = (Vec::new(), String::new());
        for role in [Role::Inventory, Role::Orders, Role::Gateway] {
            let mut args = vec!["hop", "--role", role.name(), "--tracer", &tracer];
            args.extend(["--log-format", "logback", "--zipkin-endpoint", &endpoint]);
            args.extend(mode.settings());
            if !under.is_empty() {
                // In a slow run as many spans share a batch as in a fast one, or sending would seem dearer than it is.
                args.extend(["--schedule-delay", "10000"]);
            }
            if !url.is_empty() {
                args.extend(["--next", &url]);
            }
            let hop = Process::start(under, &args).await?;
            url = format!("http://{}", hop.address);
            hops.push(hop);
        }
        Ok(Self { mode, url, hops })
    }

    /// Time and memory of the three so far.
    pub fn usage(&self) -> Option<Usage> {
        self.hops
            .iter()
            .map(|hop| Usage::of(hop.id()?))
            .try_fold(Usage::default(), |sum, each| Some(sum + each?))
    }

    /// Heap allocations of the three so far, where they are counted.
    pub async fn allocations(&self, load: &Load) -> anyhow::Result<Option<u64>> {
        let mut sum = Some(0);
        for hop in &self.hops {
            let url = format!("http://{}/allocations", hop.address);
            let count: Option<u64> = load.json(&url).await?;
            sum = sum.zip(count).map(|(sum, count)| sum + count);
        }
        Ok(sum)
    }

    /// Stops them, edge first.
    pub async fn stop(&mut self) {
        for hop in self.hops.iter_mut().rev() {
            hop.stop().await;
        }
    }
}

impl Sink {
    /// Starts it.
    pub async fn start() -> anyhow::Result<Self> {
        Ok(Self {
            process: Process::start(&[], &["sink"]).await?,
            http: reqwest::Client::builder().no_proxy().build()?,
        })
    }

    /// Spans and bytes that have come from a mode.
    pub async fn received(&self, mode: Mode) -> anyhow::Result<Received> {
        Ok(self
            .http
            .get(self.url(mode, "received"))
            .send()
            .await?
            .json()
            .await?)
    }

    /// Spans and bytes of a mode once nothing more comes: exporters wait 200 ms for a batch.
    pub async fn settled(&self, mode: Mode) -> anyhow::Result<Received> {
        let mut last = self.received(mode).await?;
        while mode.sends_spans() {
            tokio::time::sleep(Duration::from_millis(400)).await;
            let next = self.received(mode).await?;
            if next.spans == last.spans {
                break;
            }
            last = next;
        }
        Ok(last)
    }

    fn url(&self, mode: Mode, path: &str) -> String {
        format!("http://{}/{}/{path}", self.process.address, mode.name())
    }
}
