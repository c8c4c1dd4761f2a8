//! Faults of the requests that a service gets.
//!
//! ```text
//! door (refuse) → outside (network, lock, pool) → the service's span → inside (latency, hang, error, crash) → handler
//!                                                                       body (slow-body, reset)
//! ```

/// Slow in its own work.
pub mod latency;

/// Far away.
pub mod network;

/// Answers with an error.
pub mod error;

/// Never answers.
pub mod hang;

/// Takes no connection.
pub mod refuse;

/// Breaks off in the middle of a body.
pub mod reset;

/// Sends its body slowly.
pub mod slow_body;

/// Works on one request at a time.
pub mod lock;

/// Works on so many requests at a time.
pub mod pool;

/// Ends, and comes back.
pub mod crash;

/// A place that a request has.
mod held;

/// A body in pieces.
mod pieces;

use bytes::Bytes;

use crate::{hit::Hit, kind::Kind};
pub use held::Held;
pub use pieces::Pieces;

/// The faults before the service's own span begins: the request waits for time or for a place. Holds the places until dropped.
pub async fn before(hits: &[Hit]) -> Vec<Held> {
    let mut held = Vec::new();
    for hit in hits {
        match hit.kind() {
            Kind::Network(time) => network::wait(time.at(hit.draw())).await,
            Kind::Lock(time) => held.extend(lock::take(hit, *time).await),
            Kind::Pool(_, time) => held.extend(pool::take(hit, *time).await),
            _ => {}
        }
    }
    held
}

/// The faults in the handler's place: a status is the answer, and nothing means that the handler goes on.
pub async fn instead(hits: &[Hit]) -> Option<u16> {
    for hit in hits {
        match hit.kind() {
            Kind::Latency(time) => latency::wait(time.at(hit.draw())).await,
            Kind::Hang => hang::wait().await,
            Kind::Crash => crash::end(),
            Kind::Error(status) => return Some(error::answer(*status)),
            _ => {}
        }
    }
    None
}

/// Whether the answer's body is to be changed.
pub fn has_body_fault(hits: &[Hit]) -> bool {
    let mut kinds = hits.iter().map(Hit::kind);
    kinds.any(|kind| matches!(kind, Kind::Reset | Kind::SlowBody(_)))
}

/// The answer's body as the faults make it.
pub fn body(hits: &[Hit], whole: Bytes) -> Pieces {
    let mut pieces = Pieces::whole(whole);
    for hit in hits {
        match hit.kind() {
            Kind::SlowBody(time) => slow_body::slow(&mut pieces, time.at(hit.draw())),
            Kind::Reset => reset::cut(&mut pieces),
            _ => {}
        }
    }
    pieces
}
