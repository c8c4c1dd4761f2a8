//! An open loop of requests against one server: each has a moment at which it is due, whatever the server does.
//!
//! ```text
//! schedule (when) ─→ pace (a thread: a permit for each request that is due)
//! mix (what)      ─→ worker (one connection each) ─→ connection ─→ server
//!                        └→ tally (histogram, errors, the slowest)  spans (root, wait, call) ─→ Zipkin
//! ```
//!
//! A request's time counts from the moment at which it was due, so that a server that stalls is charged for those that
//! had to wait behind it.

/// When requests are due.
mod schedule;

/// Requests by route and user.
mod mix;

/// Method, headers and body of all requests.
mod common;

/// Reasons why a request has no answer.
mod failure;

/// Requests on one connection.
mod connection;

/// Spans of the load itself.
mod spans;

/// Outcomes of requests.
mod tally;

/// Permits at the rate of the schedule.
mod pace;

/// The whole of it.
mod run;

pub use common::{Common, MAX_BODY};
pub use failure::Failure;
pub use mix::{Mix, Route};
pub use run::{Plan, Running, start};
pub use schedule::{Schedule, rates, time};
pub use spans::{Delivered, SERVICE, Written};
pub use tally::{Report, Slow, Stage, Times};
