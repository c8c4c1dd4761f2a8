//! Tests that assert spans, log lines and headers.
//!
//! Installed once a test binary, it keeps each span and each log line by the trace that it belongs to, from spawned tasks and
//! threads, too, and tests run side by side. An expectation waits, for five seconds at most, for spans that end after the answer; a failure
//! draws the expected beside the actual tree.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use axum::{Router, body::Body, extract::Request, routing::get};
//! use telemetry::testing::{self, Stub, client, expect, headers, line, pattern, server};
//! use tower::ServiceExt as _;
//!
//! // The service under test, and a stand-in for the one behind it.
//! let telemetry = testing::telemetry("shop");
//! let stock = Stub::start("stock", Router::new().route("/stock", get(async || "3"))).await;
//! let (caller, url) = (telemetry.client(reqwest::Client::builder()).unwrap(), stock.url("/stock"));
//! let handler = async move || {
//!     tracing::info!("asking for the stock");
//!     caller.send("stock", caller.http().get(url)).await.unwrap().text().await.unwrap()
//! };
//! let router = Router::new().route("/things/{id}", get(handler)).layer(telemetry.server());
//!
//! let request = Request::get("/things/7").body(Body::empty()).unwrap();
//! let response = router.oneshot(request).await.unwrap();
//!
//! telemetry
//!     .trace_of(&response)
//!     .expect(
//!         expect()
//!             .tree(
//!                 server("shop", "GET /things/{id}")
//!                     .tag("http.status_code", "200")
//!                     .children([client("shop", "GET").to("stock").label("call")]),
//!             )
//!             .line(line("asking for the stock").level("INFO").field("traceId", pattern("{traceId}")))
//!             .headers(headers("stock").header("x-b3-spanid", pattern("{id:call}"))),
//!     )
//!     .await;
//! # });
//! ```

/// Spans, lines and requests by trace.
mod kept;

/// The sink and the output that keep them.
mod capture;

/// Answers that name their trace.
mod answered;

/// One trace, and what is expected of it.
mod trace;

/// A stand-in for the next hop.
mod stub;

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use tracing::{Instrument as _, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

pub use ::expect::{
    Answer, AnswerExpectation, Columns, Concept, Condition, Count, Expectation, Failure, HeadersExpectation,
    Kind, Language, LineExpectation, LogLine, Mark, Observed, Relation, Row, Span, SpanExpectation, SpanKind,
    Text, TraceId, Verdict, Wire, answer, client, contains, expect, headers, line, local, pattern, server,
    span,
};
pub use answered::Answered;
pub use stub::Stub;
pub use trace::Trace;

use crate::{
    Config, PanicHook, Telemetry,
    logs::{LineFormat, Output},
    process::Parts,
    spans::current,
};

/// The telemetry of the service under test: a [`Telemetry`] whose spans and lines are kept for the tests.
#[derive(Clone, Debug)]
pub struct TestTelemetry {
    telemetry: Telemetry,
}

/// As it was installed.
struct Installed {
    service: String,
    config: Config,
    telemetry: TestTelemetry,
}

/// Installs telemetry for the service under test, with settings by default; a panic is a line, and the test runner shows it, too. Further
/// calls give the same.
///
/// # Panics
/// Where this test binary has another service or other settings already, or a subscriber of its own: a process has one.
#[track_caller]
pub fn telemetry(service: &str) -> TestTelemetry {
    with(service, &settings())
}

/// The same with values of the MDC that travel to the next hop, such as `["userId", "orderId"]`.
///
/// # Panics
/// As [`telemetry`].
#[track_caller]
pub fn carrying<'a>(service: &str, names: impl IntoIterator<Item = &'a str>) -> TestTelemetry {
    let mut config = settings();
    config.propagation.mdc_propagate = names.into_iter().map(str::to_owned).collect();
    with(service, &config)
}

/// The same with settings: all count but `delivery`, and the format of lines.
///
/// # Panics
/// As [`telemetry`].
#[track_caller]
pub fn with(service: &str, config: &Config) -> TestTelemetry {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| install(service, config));
    assert!(
        installed.service == service && installed.config == *config,
        "a test binary has one telemetry, and this one has that of {:?} already: use one name and one Config in all of its tests",
        installed.service,
    );
    installed.telemetry.clone()
}

/// A panic is a line, and the test runner shows it, too.
fn settings() -> Config {
    Config {
        panic_hook: PanicHook::LineAndPrevious,
        ..Config::default()
    }
}

fn install(service: &str, config: &Config) -> Installed {
    let mut kept = config.clone();
    kept.lines.log_format = LineFormat::Logback; // each value has a member of its own
    let sink = Some(Arc::new(capture::Spans::of(service)) as _);
    let Parts { tracer, mut layer } = Parts::new(service, &kept, Output::Each(capture::line), sink);
    layer.is_alone = true;
    let subscriber = tracing_subscriber::registry().with(layer);
    assert!(
        tracing::subscriber::set_global_default(subscriber).is_ok(),
        "this test binary has a subscriber already, and a process has one: leave it out of tests that use telemetry::testing"
    );
    config.panic_hook.install();
    Installed {
        service: service.to_owned(),
        config: config.clone(),
        telemetry: TestTelemetry {
            telemetry: Telemetry::of(tracer),
        },
    }
}

impl TestTelemetry {
    /// The trace of an answer, which names it in `x-trace-id`: one of axum or of reqwest.
    ///
    /// # Panics
    /// Where it names none: [`server`](Telemetry::server) is not around what answered.
    #[track_caller]
    pub fn trace_of(&self, answered: &impl Answered) -> Trace {
        Trace::answered(answered)
    }

    /// The trace with this id.
    pub fn trace(&self, id: TraceId) -> Trace {
        Trace::of(id)
    }

    /// Runs work within a span of a new trace, for tests of what is called within a request and not by one.
    pub async fn within<T>(&self, name: &str, work: impl Future<Output = T>) -> (T, Trace) {
        let span = info_span!(target: "telemetry", parent: None, "work", otel.name = name);
        let work = async { (work.await, current::trace_id()) };
        let (done, id) = work.instrument(span).await;
        (done, Trace::of(id.unwrap_or_else(|| TraceId::new(0))))
    }
}

impl Deref for TestTelemetry {
    type Target = Telemetry;

    fn deref(&self) -> &Telemetry {
        &self.telemetry
    }
}
