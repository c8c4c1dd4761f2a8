//! Context propagation, MDC, log lines and span delivery for axum and reqwest.
//!
//! A request comes in at `server`, which reads the caller's context (`propagation`), decides on sampling
//! (`sampler`) and runs the handler within a `scope`. Handlers write plain `tracing` and `mdc`; `client` calls
//! the next hop. `layer` keeps the record of each span and writes `logs`; ended spans go through `queue` to
//! `export`.

/// Addresses with passwords.
mod http_url;

/// Settings from the command line and the environment.
pub mod config;

/// What crosses the wire.
pub mod propagation;

/// Which traces are recorded.
pub mod sampler;

/// What the spans of one request share.
pub mod scope;

/// One SERVER span a request.
pub mod server;

/// Who sent a request.
pub mod peer;

/// Values on every later line, and on every later hop.
pub mod mdc;

/// One CLIENT span a call.
pub mod client;

/// Spawned work that keeps its context.
pub mod task;

/// Records of spans, kept beside `tracing`'s own.
mod layer;

/// Requests that no span around them takes part in.
mod apart;

/// A span at work.
mod record;

/// Buffers that are used again.
mod scratch;

/// Log lines.
pub mod logs;

/// Ended spans that wait.
pub mod queue;

/// Batches on their way to Zipkin.
pub mod export;

/// The end of a call's span.
mod ending;

/// Bodies that outlast their handler.
mod streamed;

mod start;

/// What the fuzz targets start from.
#[cfg(test)]
mod corpus;

// The checks of the fuzz targets name the crate.
#[cfg(test)]
extern crate self as telemetry;

pub use client::TracedClient;
pub use config::Config;
pub use http_url::{HttpUrl, HttpUrlError};
pub use queue::Counts;
pub use start::Telemetry;
