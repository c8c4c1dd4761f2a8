//! A loop around hyper for the collector and the services. Whatever strangers do with their connections, a client that
//! asks and reads gets its answer.
//!
//! ```text
//! listener → Server ─┬→ places → connection → router      a resting connection makes room for the next one
//!                    └→ spare  → /health, or 503          when every place has a request under way
//! ```

/// Taking an address.
mod bind;

/// Taking connections, and ending well.
mod server;

/// Limits of connections: their number and their times.
mod limits;

/// Which connections have a place, and which has to go.
mod places;

/// Requests and answers of one connection.
mod connection;

/// A socket that waits for no reader for ever.
mod socket;

/// The limit of open files.
mod files;

/// The body of a request that is refused.
mod swallow;

pub use bind::{BindError, bind};
pub use connection::{Ends, Introduce};
pub use limits::Limits;
pub use server::Server;
pub use swallow::swallow;
