//! Start and stop: the subscriber, the exporter's thread, and the handle that services pass around.

use std::{net::SocketAddr, sync::Arc};

use reqwest::{redirect, retry};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{
    config::Config,
    delivery::{chosen, handle::Delivery, outlet::Outlet, silent::Silent},
    error::StartError,
    http::{client::TracedClient, server::ServerLayer, tracer::Tracer},
    layer::TelemetryLayer,
    logs::{
        Logs, Output,
        enabled::{self, ANNOUNCE},
    },
    request::sampler::Sampler,
    sink::{Counts, Sink},
};

/// The telemetry of one service; cloned freely. Keep one until the process ends: when the last of this, of its middleware and of its clients is
/// dropped, delivery stops, and spans that end later are counted as lost.
#[derive(Clone, Debug)]
#[must_use = "delivery stops when the last handle is dropped"]
pub struct Telemetry {
    pub(crate) tracer: Arc<Tracer>,
    /// The targets that `RUST_LOG` limits lines to.
    only: Option<Arc<str>>,
}

/// Parts that start together.
pub(crate) struct Parts {
    pub tracer: Tracer,
    pub layer: TelemetryLayer,
}

impl Parts {
    /// The parts of a service's telemetry, around the sink that its spans go to.
    pub fn new(name: &str, config: &Config, output: Output, sink: Option<Arc<dyn Sink>>) -> Self {
        let outlet = Arc::new(Outlet::new(name, sink));
        let sampler = Sampler::new(config.sampling.sampler, config.sampling.sampler_ratio);
        let lines = &config.lines;
        let layer = TelemetryLayer {
            sampler,
            outlet: outlet.clone(),
            logs: Logs {
                service: name.to_owned(),
                project: lines.google_cloud_project.clone().filter(|id| !id.is_empty()),
                format: lines.log_format,
                filter: enabled::lines(&lines.log_filter),
                output,
            },
            is_alone: false,
        };
        let tracer = Tracer {
            propagation: config.propagation.clone(),
            http: config.http.clone(),
            sampler,
            delivery: Delivery::new(outlet),
        };
        Self { tracer, layer }
    }
}

impl Telemetry {
    /// Sends this process's spans and log lines where `config` says: builds, and installs the layer as the only one, with the
    /// hook for panics that `config` names. An application with layers of its own calls [`Telemetry::build`].
    ///
    /// # Errors
    /// A subscriber that is there already, a setting whose value is not possible, or a thread that cannot be had.
    ///
    /// ```
    /// use telemetry::{Config, StartError, Telemetry};
    ///
    /// let telemetry = Telemetry::start("shop", &Config::default())?;
    /// let again = Telemetry::start("shop", &Config::default());
    /// assert!(matches!(again, Err(StartError::Twice)));
    /// # Ok::<(), StartError>(())
    /// ```
    pub fn start(default_service_name: &str, config: &Config) -> Result<Self, StartError> {
        config.check_exporter()?;
        let name = &config.checked_name(default_service_name)?;
        Self::install(name, config, chosen::start(name, &config.delivery)?)
    }

    /// The same, with the spans going to a sink of the application's own, whatever `config.delivery` says.
    ///
    /// # Errors
    /// A subscriber that is there already, or a setting whose value is not possible.
    pub fn start_with_sink(
        default_service_name: &str,
        config: &Config,
        sink: impl Sink,
    ) -> Result<Self, StartError> {
        let name = &config.checked_name(default_service_name)?;
        Self::install(name, config, Some(Arc::new(Silent::new(sink))))
    }

    /// The same for an application with layers of its own: nothing is installed, and the layer goes beside the others,
    /// `registry().with(layer).with(others).init()`. A filter around all of them (an `EnvFilter` that is a layer itself) hides
    /// spans from this one, and with them SERVER spans and ids: filter the others one by one, with `with_filter`.
    ///
    /// # Errors
    /// A setting whose value is not possible, or a thread that cannot be had.
    ///
    /// ```
    /// use telemetry::Telemetry;
    /// use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};
    ///
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// let (telemetry, layer) = Telemetry::build("shop", &config)?;
    /// tracing_subscriber::registry().with(layer).init();
    /// // Work that no request caused is a trace, too.
    /// assert!(tracing::info_span!("nightly").in_scope(telemetry::trace_id).is_some());
    /// # Ok::<(), telemetry::StartError>(())
    /// ```
    pub fn build(default_service_name: &str, config: &Config) -> Result<(Self, TelemetryLayer), StartError> {
        config.check_exporter()?;
        let name = &config.checked_name(default_service_name)?;
        let sink = chosen::start(name, &config.delivery)?;
        Ok(Self::put_together(name, config, sink))
    }

    /// The same, with the spans going to a sink of the application's own, whatever `config.delivery` says.
    ///
    /// # Errors
    /// A setting whose value is not possible.
    pub fn build_with_sink(
        default_service_name: &str,
        config: &Config,
        sink: impl Sink,
    ) -> Result<(Self, TelemetryLayer), StartError> {
        let name = &config.checked_name(default_service_name)?;
        Ok(Self::put_together(
            name,
            config,
            Some(Arc::new(Silent::new(sink))),
        ))
    }

    fn install(name: &str, config: &Config, sink: Option<Arc<dyn Sink>>) -> Result<Self, StartError> {
        let (telemetry, mut layer) = Self::put_together(name, config, sink);
        layer.is_alone = true;
        install(layer)?;
        config.panic_hook.install();
        Ok(telemetry)
    }

    fn put_together(name: &str, config: &Config, sink: Option<Arc<dyn Sink>>) -> (Self, TelemetryLayer) {
        let Parts { tracer, layer } = Parts::new(name, config, Output::Stdout, sink);
        output::stdout().report_with(say_missing);
        let telemetry = Self {
            tracer: Arc::new(tracer),
            only: enabled::only(&config.lines.log_filter).map(Into::into),
        };
        (telemetry, layer)
    }

    /// Around what has been put together elsewhere.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn of(tracer: Tracer) -> Self {
        Self {
            tracer: Arc::new(tracer),
            only: None,
        }
    }

    /// The middleware that traces the requests of a router: `.layer(telemetry.server())`.
    ///
    /// ```
    /// use axum::{Router, body::Body, http::Request, routing::get};
    /// use tower::ServiceExt as _;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// let routes = Router::new().route("/buy", get(async || "12 €")).layer(telemetry.server());
    /// let request = Request::get("/buy").header("b3", "463ac35c9f6413ad-a2fb4a1d1a96d312-0");
    /// let answer = routes.oneshot(request.body(Body::empty())?).await?;
    /// assert_eq!(answer.headers()["x-trace-id"], "463ac35c9f6413ad");
    /// # Ok(())
    /// # }
    /// ```
    pub fn server(&self) -> ServerLayer {
        ServerLayer(self.tracer.clone())
    }

    /// A client whose calls are traced, with the settings of the builder but for two: redirects and retries of reqwest's own are
    /// off, because they would send the headers of the first call once more, its baggage to another host among them.
    /// [`TracedClient::following`] follows redirects and [`task::retry`](crate::task::retry) tries again, each attempt with a span and
    /// ids of its own.
    ///
    /// # Errors
    /// Those of [`reqwest::ClientBuilder::build`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// let client = telemetry.client(reqwest::Client::builder().timeout(Duration::from_secs(2)))?;
    /// assert_eq!(client.http().get("http://127.0.0.1:8082/orders/8").build()?.url().port(), Some(8082));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn client(&self, http: reqwest::ClientBuilder) -> reqwest::Result<TracedClient> {
        let http = http
            .redirect(redirect::Policy::none())
            // A request that found its connection closed never left, and is no attempt.
            .retry(retry::never().max_retries_per_request(0));
        Ok(self.client_of(http.build()?))
    }

    /// The same around a client that was built elsewhere. Redirects that it follows itself take baggage along, to whichever host they
    /// name: build it with `redirect::Policy::none()`.
    pub fn client_of(&self, http: reqwest::Client) -> TracedClient {
        TracedClient::new(http, self.tracer.clone())
    }

    /// Spans that ended so far, by fate.
    ///
    /// ```
    /// use telemetry::{Config, Telemetry, config::ExporterKind};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), telemetry::StartError> {
    /// let mut config = Config::default();
    /// config.delivery.exporter = ExporterKind::Console;
    /// let telemetry = Telemetry::start("shop", &config)?;
    /// tracing::info_span!("nightly").in_scope(|| ());
    /// tracing::debug_span!("detail").in_scope(|| ()); // below INFO: no span of the trace
    /// telemetry.shutdown().await;
    /// let counts = telemetry.counts();
    /// assert_eq!((counts.ended, counts.sent, counts.dropped.total()), (1, 1, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn counts(&self) -> Counts {
        self.tracer.delivery.outlet.counts()
    }

    /// Log lines that nobody read and for which there was no room.
    pub fn lines_dropped(&self) -> u64 {
        output::stdout().dropped()
    }

    /// Writes a line that `RUST_LOG` does not silence: where the service listens, what became of its spans.
    ///
    /// ```
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// telemetry.announce("no database is set: items are kept in memory");
    /// telemetry.announce_start("127.0.0.1:8081".parse()?); // listening on http://127.0.0.1:8081
    /// assert_eq!(telemetry.lines_dropped(), 0); // somebody reads them
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn announce(&self, message: &str) {
        tracing::info!(target: ANNOUNCE, "{message}");
    }

    /// Writes the start-up line: where the service listens, and what its lines are limited to, should that be a surprise.
    pub fn announce_start(&self, address: SocketAddr) {
        let only = self.only.as_deref().unwrap_or_default();
        self.announce(&format!("listening on http://{address}{only}"));
    }

    /// Delivers the spans that wait, for five seconds at most; spans that are left then are counted as dropped. Then a line counts all
    /// spans, and a reader of log lines that has fallen behind has one second more, in which this blocks. A [`Sink`] that does not keep
    /// to its limit is waited for two seconds longer: eight seconds in all, which belong into the grace period of whatever stops the
    /// process.
    pub async fn shutdown(&self) {
        self.tracer.delivery.finish().await;
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

/// Makes the layer the only one of this process.
fn install(layer: TelemetryLayer) -> Result<(), StartError> {
    let subscriber = tracing_subscriber::registry().with(layer);
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        return Ok(());
    }
    let is_started = tracing::dispatcher::get_default(|one| {
        one.downcast_ref::<TelemetryLayer>()
            .is_some_and(|layer| layer.is_alone)
    });
    Err(if is_started {
        StartError::Twice
    } else {
        StartError::OtherSubscriber
    })
}
