//! The shared parts of the three services, so that each service is only its routes and its client.
//!
//! ```text
//! request → traced span → error body → params → the service's own handler → next hop
//!           (app)         (error)      (params)                             (next_hop)
//! ```
//!
//! `app` wraps a service's routes, `serve` puts them on a socket until `stop` says otherwise.

/// Routes become a service: tracing, error bodies, `/health`.
mod app;

/// Values that a route reads from its path and headers.
mod params;

/// Where the next service is.
mod base_url;

/// Calling it.
mod next_hop;

/// Failures of a call.
mod call_failure;

/// Faults, where they are asked for.
pub mod attach;

/// Every way to fail, as a user sees it.
mod error;

/// A handler that panics.
mod panics;

/// When an error happened, as its body says it.
mod timestamp;

/// Answering, and ending well.
mod serve;

/// When to stop.
pub mod stop;

/// The MDC values that the services carry to each other, unless `MDC_PROPAGATE` says otherwise.
pub const MDC_NAMES: &str = "userId,orderId";

pub use self::serve::serve;
pub use ::serve::bind;
pub use app::app;
pub use base_url::{BaseUrl, BaseUrlError};
pub use call_failure::CallFailure;
pub use error::Error;
pub use next_hop::NextHop;
pub use params::{OrderId, UserId, UserName};
