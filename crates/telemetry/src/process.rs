//! Start and stop: the subscriber, the exporter's thread, and the handle that services pass around.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering::Relaxed},
    thread::JoinHandle,
    time::Duration,
};

use anyhow::Context as _;
use tracing::Level;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
};

use crate::{
    config::{Config, Format, Pass},
    delivery::{
        exporter::{Choice, Exporter},
        queue::{Counts, Queue},
    },
    http::{client::TracedClient, peer::Network, server::TraceLayer},
    layer::SpanLayer,
    logs::{Logs, Output, panics},
    request::sampler::Sampler,
};

/// How long a stopping process tries to deliver what is left.
const FLUSH: Duration = Duration::from_secs(5);

/// The logger of lines that are always written.
const ANNOUNCE: &str = "telemetry::announce";

/// The loggers of the crate that speaks to Kafka.
const KAFKA_CLIENT: &str = "rskafka";

/// The telemetry of one service; cloned freely.
#[derive(Clone, Debug)]
pub struct Telemetry(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub formats: Vec<Format>,
    pub sampler: Sampler,
    pub mdc_propagate: Vec<String>,
    pub baggage_pass: Pass,
    pub trusted_proxies: Vec<Network>,
    pub join: bool,
    pub queue: Arc<Queue>,
    /// What `RUST_LOG` limits the lines to.
    only: Option<String>,
    thread: Option<JoinHandle<()>>,
}

impl Inner {
    /// The parts of a service's telemetry, before anything runs.
    pub fn new(name: &str, config: &Config, output: Output) -> (Self, SpanLayer) {
        let capacity = if config.exporter == Choice::None {
            0
        } else {
            config.max_queue_size as usize
        };
        let queue = Arc::new(Queue::new(name, capacity, config.max_batch_size as usize));
        let sampler = Sampler::new(config.sampler, config.sampler_ratio);
        let layer = SpanLayer {
            sampler,
            queue: queue.clone(),
            logs: Logs {
                service: name.to_owned(),
                project: config.google_cloud_project.clone().filter(|id| !id.is_empty()),
                format: config.log_format,
                filter: lines(&config.log_filter),
                output,
            },
        };
        let inner = Self {
            formats: config.propagators.clone(),
            sampler,
            mdc_propagate: config.mdc_propagate.clone(),
            baggage_pass: config.baggage_pass,
            trusted_proxies: config.trusted_proxies.clone(),
            join: config.server_span_join,
            queue,
            only: only(&config.log_filter),
            thread: None,
        };
        (inner, layer)
    }
}

impl Telemetry {
    /// Sends this process's spans and log lines where `config` says.
    ///
    /// # Errors
    /// A thread that cannot be had, or a subscriber that is there already.
    pub fn start(default_service_name: &str, config: &Config) -> anyhow::Result<Self> {
        let name = config
            .service_name
            .clone()
            .unwrap_or_else(|| default_service_name.to_owned());
        let (mut inner, layer) = Inner::new(&name, config, Output::Stdout);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))
            .context("telemetry was started twice")?;
        output::stdout().report_with(say_missing);
        panics::log_all();
        if let Some(exporter) =
            Exporter::new(&name, config, inner.queue.clone()).context("no client for spans")?
        {
            inner.thread = Some(spawn_exporter(exporter).context("no thread for the exporter")?);
        }
        Ok(Self(Arc::new(inner)))
    }

    /// Neither lines nor spans: for the unit tests of a router.
    pub fn for_tests() -> Self {
        Self(Arc::new(Inner {
            formats: vec![Format::B3Multi, Format::TraceContext, Format::Baggage],
            sampler: Sampler::new(crate::request::sampler::Kind::ParentBasedAlwaysOn, 1.0),
            mdc_propagate: vec!["userId".into(), "orderId".into()],
            baggage_pass: Pass::None,
            trusted_proxies: Vec::new(),
            join: false,
            queue: Arc::new(Queue::new("tested", 0, 1)),
            only: None,
            thread: None,
        }))
    }

    /// What traces the requests of a router: `.layer(telemetry.server())`.
    pub fn server(&self) -> TraceLayer {
        TraceLayer(self.clone())
    }

    /// A client whose calls are traced. Build `http` with `redirect::Policy::none()`: a hop that reqwest makes by itself has
    /// neither a span nor ids of its own. [`TracedClient::following`] follows, with both. The same holds for what reqwest tries again by
    /// itself: `.retry(retry::never().max_retries_per_request(0))`. (A request that found its connection closed never left, and is no attempt.)
    pub fn client(&self, http: reqwest::Client) -> TracedClient {
        TracedClient::new(http, self.clone())
    }

    /// What became of the spans so far.
    pub fn counts(&self) -> Counts {
        self.0.queue.counts()
    }

    /// Log lines that nobody read and for which there was no room.
    pub fn lines_dropped(&self) -> u64 {
        output::stdout().dropped()
    }

    /// Writes a line that `RUST_LOG` does not silence: where the service listens, what became of its spans.
    pub fn announce(&self, message: &str) {
        tracing::info!(target: ANNOUNCE, "{message}");
    }

    /// Writes the start-up line: where the service listens, and what its lines are limited to, should that be a surprise.
    pub fn announce_start(&self, address: SocketAddr) {
        let only = self.0.only.as_deref().unwrap_or_default();
        self.announce(&format!("listening on http://{address}{only}"));
    }

    /// Delivers what is queued; five seconds at most, and what is left then is counted as dropped. Then it gives a reader of log
    /// lines that has fallen behind one second more, in which it blocks.
    pub async fn shutdown(&self) {
        self.0.queue.close(FLUSH);
        // The exporter keeps to the limit itself, so that each span is counted once, by one thread.
        while self.0.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Ended after the last batch: a background task that outlived its service.
        while let Some(late) = self.0.queue.take() {
            self.0.queue.shutdown.fetch_add(late.len() as u64, Relaxed);
        }
        self.0.queue.abandon();
        let Counts {
            ended, sent, dropped, ..
        } = self.counts();
        let causes = if dropped.total() > 0 {
            format!(": {dropped}")
        } else {
            String::new()
        };
        self.announce(&format!(
            "spans: {ended} ended, {sent} sent, {} dropped{causes}",
            dropped.total()
        ));
        output::finish();
    }
}

/// Says, at their place among the lines, that some are missing.
fn say_missing(lines: u64) {
    tracing::warn!(target: ANNOUNCE, lines, "lines are missing here: nobody read standard output");
}

/// The targets whose lines alone are on, where the filter has no level for all others: `debg` is such a target.
fn only(filter: &Targets) -> Option<String> {
    if filter.default_level().is_some() {
        return None;
    }
    let on = filter.iter().filter(|(_, level)| *level != LevelFilter::OFF);
    let on: Vec<&str> = on.map(|(target, _)| target).collect();
    Some(if on.is_empty() {
        "; RUST_LOG has no level, and no lines are on".to_owned()
    } else {
        format!(
            "; RUST_LOG has no level, and only the lines of {} are on",
            on.join(", ")
        )
    })
}

/// The lines that are written, whatever is asked for: announcements and panics always, those of the Kafka client only by
/// name. It has several for each attempt, while ours tell of what was lost.
fn lines(filter: &Targets) -> Targets {
    let names_kafka = filter.iter().any(|(target, _)| target.starts_with(KAFKA_CLIENT));
    let lines = filter
        .clone()
        .with_target(ANNOUNCE, Level::INFO)
        .with_target(panics::PANIC, Level::ERROR);
    if names_kafka {
        lines
    } else {
        lines.with_target(KAFKA_CLIENT, LevelFilter::OFF)
    }
}

/// A thread and a runtime of its own, so that a busy or stopping service does not hold its spans back.
fn spawn_exporter(exporter: Exporter) -> anyhow::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(std::thread::Builder::new()
        .name("exporter".to_owned())
        .spawn(move || runtime.block_on(exporter.run()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_without_a_level_says_what_alone_is_on() {
        for (filter, said) in [
            ("info,orders=debug", None),
            ("off", None),
            (
                "debg",
                Some("; RUST_LOG has no level, and only the lines of debg are on"),
            ),
            ("debg=off", Some("; RUST_LOG has no level, and no lines are on")),
        ] {
            assert_eq!(only(&filter.parse().unwrap()).as_deref(), said, "{filter}");
        }
    }

    #[test]
    fn the_kafka_client_is_silent_unless_it_is_named() {
        for (filter, is_heard) in [
            ("info", false),
            ("trace", false),
            ("info,rskafka=warn", true),
            ("off,rskafka::client=info", true),
        ] {
            let lines = lines(&filter.parse().unwrap());
            let heard = lines.would_enable("rskafka::client::partition", &Level::WARN);
            assert_eq!(heard, is_heard, "{filter}");
            assert!(lines.would_enable(ANNOUNCE, &Level::INFO), "{filter}");
        }
    }
}
