//! Requests that come in and calls that go out.

/// Whom the middleware believes.
mod settings;

/// Texts of settings.
#[cfg(feature = "clap")]
mod arguments;

/// How requests and calls are traced.
pub(crate) mod tracer;

/// One SERVER span a request.
pub mod server;

/// Requests that no span around them takes part in.
mod apart;

/// Who sent a request.
pub mod peer;

/// The end of a call's span.
mod ending;

/// Bodies that outlast their handler.
mod streamed;

/// One CLIENT span a call.
pub mod client;

pub use settings::HttpSettings;
