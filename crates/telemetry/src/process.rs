//! The start: the subscriber, the exporter's thread, and the parts that are put together.

/// The handle that services pass around.
mod handle;

use std::sync::Arc;

use tracing_subscriber::layer::SubscriberExt as _;

use crate::{
    config::Config,
    delivery::{chosen, handle::Delivery, outlet::Outlet, silent::Silent},
    error::StartError,
    http::tracer::Tracer,
    layer::TelemetryLayer,
    logs::{
        Logs, Output,
        enabled::{self, ANNOUNCE},
    },
    request::sampler::Sampler,
    sink::Sink,
};

pub use handle::Telemetry;

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
