#![doc = include_str!("../README.md")]
//!
//! # Map of the source
//! A request comes in at `http::server`, which reads the caller's context (`propagation`), decides on sampling
//! and runs the handler within a scope (`request`). Handlers write plain `tracing` and `mdc`; `http::client` calls
//! the next hop. `layer` keeps the record of each span (`spans`) and writes `logs`; ended spans go to Zipkin
//! through `delivery`.

/// Addresses with passwords.
mod http_url;

/// Texts that may hold a password.
#[cfg(feature = "clap")]
mod redacted;

/// Arguments that may hold a password.
#[cfg(feature = "clap")]
mod redacting;

/// Headers with keys.
mod exporter_headers;

/// Why telemetry does not start.
mod error;

/// Why a call had no answer.
mod failure;

/// Texts in the making.
mod texts;

/// The context on the wire.
pub mod propagation;

/// The context of a request.
mod request;

/// Where ended spans go.
pub mod sink;

/// Ended spans on their way.
mod delivery;

/// Spans at work.
mod spans;

/// Log lines.
mod logs;

/// Records of spans, kept beside `tracing`'s own.
mod layer;

/// Requests that come in, and calls that go out.
mod http;

/// Settings from the command line and the environment.
pub mod config;

/// Start and stop.
mod process;

/// Signals that ask a process to stop.
pub mod stop;

/// Where the middleware belongs, whose trace a request belongs to, and when a span ends.
#[cfg(doc)]
#[doc = include_str!("../docs/guide.md")]
pub mod guide {}

/// Tests that assert spans, log lines and headers.
#[cfg(feature = "testing")]
pub mod testing;

/// Lines in memory, where our own tests can read them.
#[doc(hidden)]
#[cfg(any(test, fuzzing, feature = "testing"))]
pub mod kept;

pub use self::http::client::TracedClient;
pub use self::http::server::{ServerLayer, TracedService};
pub use self::http::{
    network::{Network, NetworkError},
    peer::Ends,
};
pub use config::Config;
#[cfg(feature = "opentelemetry")]
pub use delivery::opentelemetry::OpenTelemetrySink;
pub use error::{SettingError, StartError};
pub use http_url::{HttpUrl, HttpUrlError, ZipkinEndpoint};
pub use layer::TelemetryLayer;
pub use logs::panics::PanicHook;
pub use process::Telemetry;
pub use request::sampler::Sampler;
pub use sink::{Counts, Dropped};
pub use spans::current::trace_id;
pub use spans::{mdc, task};
pub use zipkin::{SpanId, TraceId};
