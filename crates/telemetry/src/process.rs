//! Start and stop: the subscriber, the exporter's thread, and the handle that services pass around.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering::Relaxed},
    thread::JoinHandle,
    time::Duration,
};

use anyhow::Context as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{
    config::Config,
    delivery::{
        ExporterKind,
        exporter::Exporter,
        queue::{Counts, Queue},
    },
    http::{self, client::TracedClient, server::ServerLayer, tracer::Tracer},
    layer::TelemetryLayer,
    logs::{
        Logs, Output,
        enabled::{self, ANNOUNCE},
        panics,
    },
    propagation::{self, BaggagePass, HeaderFormat},
    request::sampler::{Sampler, SamplerKind},
};

/// How long a stopping process tries to deliver what is left.
const FLUSH: Duration = Duration::from_secs(5);

/// The telemetry of one service; cloned freely.
#[derive(Clone, Debug)]
pub struct Telemetry {
    pub(crate) tracer: Arc<Tracer>,
    /// What `RUST_LOG` limits the lines to.
    only: Option<Arc<str>>,
    exporter: Option<Arc<JoinHandle<()>>>,
}

/// What starts together.
pub(crate) struct Parts {
    pub tracer: Tracer,
    pub layer: TelemetryLayer,
}

impl Parts {
    /// The parts of a service's telemetry, before anything runs.
    pub fn new(name: &str, config: &Config, output: Output) -> Self {
        let delivery = &config.delivery;
        let capacity = if delivery.exporter == ExporterKind::None {
            0
        } else {
            delivery.max_queue_size as usize
        };
        let queue = Arc::new(Queue::new(name, capacity, delivery.max_batch_size as usize));
        let sampler = Sampler::new(config.sampling.sampler, config.sampling.sampler_ratio);
        let lines = &config.lines;
        let layer = TelemetryLayer {
            sampler,
            queue: queue.clone(),
            logs: Logs {
                service: name.to_owned(),
                project: lines.google_cloud_project.clone().filter(|id| !id.is_empty()),
                format: lines.log_format,
                filter: enabled::lines(&lines.log_filter),
                output,
            },
        };
        let tracer = Tracer {
            propagation: config.propagation.clone(),
            http: config.http.clone(),
            sampler,
            queue,
        };
        Self { tracer, layer }
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
        let Parts { tracer, layer } = Parts::new(&name, config, Output::Stdout);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))
            .context("telemetry was started twice")?;
        output::stdout().report_with(say_missing);
        panics::log_all();
        let exporter =
            Exporter::new(&name, &config.delivery, tracer.queue.clone()).context("no client for spans")?;
        let exporter = exporter.map(spawn_exporter).transpose();
        Ok(Self {
            tracer: Arc::new(tracer),
            only: enabled::only(&config.lines.log_filter).map(Into::into),
            exporter: exporter.context("no thread for the exporter")?.map(Arc::new),
        })
    }

    /// Neither lines nor spans: for the unit tests of a router.
    pub fn for_tests() -> Self {
        Self {
            tracer: Arc::new(Tracer {
                propagation: propagation::PropagationSettings {
                    propagators: vec![
                        HeaderFormat::B3Multi,
                        HeaderFormat::TraceContext,
                        HeaderFormat::Baggage,
                    ],
                    mdc_propagate: vec!["userId".into(), "orderId".into()],
                    baggage_pass: BaggagePass::None,
                },
                http: http::HttpSettings {
                    trusted_proxies: Vec::new(),
                    server_span_join: false,
                },
                sampler: Sampler::new(SamplerKind::ParentBasedAlwaysOn, 1.0),
                queue: Arc::new(Queue::new("tested", 0, 1)),
            }),
            only: None,
            exporter: None,
        }
    }

    /// Around what has been put together elsewhere: nothing is sent.
    #[cfg(test)]
    pub(crate) fn of(tracer: Tracer) -> Self {
        Self {
            tracer: Arc::new(tracer),
            only: None,
            exporter: None,
        }
    }

    /// What traces the requests of a router: `.layer(telemetry.server())`.
    pub fn server(&self) -> ServerLayer {
        ServerLayer(self.tracer.clone())
    }

    /// A client whose calls are traced. Build `http` with `redirect::Policy::none()`: a hop that reqwest makes by itself has
    /// neither a span nor ids of its own. [`TracedClient::following`] follows, with both. The same holds for what reqwest tries again by
    /// itself: `.retry(retry::never().max_retries_per_request(0))`. (A request that found its connection closed never left, and is no attempt.)
    pub fn client(&self, http: reqwest::Client) -> TracedClient {
        TracedClient::new(http, self.tracer.clone())
    }

    /// What became of the spans so far.
    pub fn counts(&self) -> Counts {
        self.tracer.queue.counts()
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
        let only = self.only.as_deref().unwrap_or_default();
        self.announce(&format!("listening on http://{address}{only}"));
    }

    /// Delivers what is queued; five seconds at most, and what is left then is counted as dropped. Then it gives a reader of log
    /// lines that has fallen behind one second more, in which it blocks.
    pub async fn shutdown(&self) {
        self.tracer.queue.close(FLUSH);
        // The exporter keeps to the limit itself, so that each span is counted once, by one thread.
        while self.exporter.as_ref().is_some_and(|thread| !thread.is_finished()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Ended after the last batch: a background task that outlived its service.
        while let Some(late) = self.tracer.queue.take() {
            self.tracer.queue.shutdown.fetch_add(late.len() as u64, Relaxed);
        }
        self.tracer.queue.abandon();
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

/// A thread and a runtime of its own, so that a busy or stopping service does not hold its spans back.
fn spawn_exporter(exporter: Exporter) -> anyhow::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(std::thread::Builder::new()
        .name("exporter".to_owned())
        .spawn(move || runtime.block_on(exporter.run()))?)
}
