//! Requests that come in and calls that go out.

/// Settings of the middleware.
mod settings;

/// Texts of settings.
#[cfg(feature = "clap")]
mod arguments;

/// The tracer that requests and calls share.
pub(crate) mod tracer;

/// One SERVER span a request.
pub mod server;

/// Requests that no span around them takes part in.
mod apart;

/// Networks of addresses.
pub mod network;

/// The ends of a connection.
pub mod peer;

/// The end of a call's span.
mod ending;

/// The scheme of a URL.
mod scheme;

/// Bodies that outlast their handler.
mod streamed;

/// One CLIENT span a call.
pub mod client;

pub use settings::HttpSettings;
