//! Where ended spans go, for applications that send them elsewhere than the settings can name.

/// A span that has ended.
mod span;

/// Values of tags.
pub(crate) mod value;

/// Numbers of spans, by what became of them.
mod counts;

use std::{sync::Arc, time::Duration};

pub use counts::{Counts, Dropped, Outcomes};
pub use span::EndedSpan;
pub use value::Value;
pub use zipkin::{Kind, SpanId, TraceId};

/// Takes the spans that have ended. [`Telemetry::start_with_sink`](crate::Telemetry::start_with_sink) and
/// [`Telemetry::build_with_sink`](crate::Telemetry::build_with_sink) take any; `impl Sink for Arc<impl Sink>` lets the application
/// keep a hold of its own.
///
/// A span is lent for the length of the call: a sink writes it in the form in which it will leave, while it is still in the cache, and
/// keeps that. What waits should be bounded, and what finds no room counted.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use telemetry::{Config, Telemetry, sink::{EndedSpan, Sink, Value}};
///
/// /// Lines of slow spans.
/// #[derive(Default)]
/// struct Slow(Mutex<Vec<String>>);
///
/// impl Sink for Slow {
///     fn end(&self, span: &EndedSpan<'_>) {
///         let answer = match span.tag("http.status_code") {
///             Some(Value::I64(status)) => status,
///             _ => 0,
///         };
///         if span.duration_us() >= 1_000 {
///             let line = format!("{} {} {} {answer}", span.trace_id(), span.name(), span.duration_us());
///             self.0.lock().unwrap().push(line);
///         }
///     }
/// }
///
/// # use tracing_subscriber::layer::SubscriberExt as _;
/// let slow = Arc::new(Slow::default());
/// let (telemetry, layer) = Telemetry::build_with_sink("orders", &Config::default(), slow.clone())?;
/// tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
///     tracing::info_span!("work", attempt = 1).in_scope(|| std::thread::sleep(std::time::Duration::from_millis(2)));
/// });
/// assert!(slow.0.lock().unwrap()[0].contains(" work "));
/// assert_eq!((telemetry.counts().ended, telemetry.counts().sent), (1, 1));
/// # Ok::<(), telemetry::StartError>(())
/// ```
pub trait Sink: Send + Sync + 'static {
    /// A sampled span has ended. Called once for each, on the thread that ended it, so it must neither block nor take long.
    /// `tracing` is silent within: lines and spans of the sink's own are nobody's.
    fn end(&self, span: &EndedSpan<'_>);

    /// The fate of spans that no longer wait here. `None`, which is the default, is for a sink
    /// in which no span waits: all are sent when [`end`](Self::end) returns. Spans that began and never ended are counted
    /// elsewhere.
    fn outcomes(&self) -> Option<Outcomes> {
        None
    }

    /// No more spans are expected: delivers what waits, within `limit`, and counts the rest as dropped. It may block: it has a thread
    /// to itself, unless the application has dropped its last [`Telemetry`](crate::Telemetry) without `shutdown()`. A span that ends
    /// later is dropped, and counted.
    fn shutdown(&self, limit: Duration) {
        let _ = limit;
    }
}

impl<S: Sink + ?Sized> Sink for Arc<S> {
    fn end(&self, span: &EndedSpan<'_>) {
        (**self).end(span);
    }

    fn outcomes(&self) -> Option<Outcomes> {
        (**self).outcomes()
    }

    fn shutdown(&self, limit: Duration) {
        (**self).shutdown(limit);
    }
}
