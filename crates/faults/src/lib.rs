//! Faults that make traces worth reading: what they are, by which chance, and what each does.
//!
//! ```text
//! `latency=300ms±50 share=20% route=/orders/{id}` → parse → Fault → Faults (those that are on)
//!                                                            request → hits → server, next_hop, context, signals
//! ```
//!
//! Each kind has a file of its own, in one of four rooms, whose comment says what the trace will look like. `crates/service`
//! attaches them; nothing here knows a service.
//!
//! ```
//! let faults = faults::Faults::default();
//! faults.set(faults::parse(["latency=300ms±50", "share=20%"])?, 7)?;
//! let slow = (0..100).filter(|_| !faults.hits(faults::Place::Inside, "/orders/8").is_empty());
//! assert!((10..30).contains(&slow.count()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// Decisions by seed and request number.
mod chance;

/// Times, fixed or jittered.
mod time;

/// Patterns of paths.
mod route;

/// The kinds, with their values.
mod kind;

/// A fault that a request meets.
mod hit;

/// Faults of the requests that a service gets.
pub mod server;

/// Faults of the calls that a service makes.
pub mod next_hop;

/// Faults of a trace's context on the wire.
pub mod context;

/// Faults of spans and log lines on their way.
pub mod signals;

/// The kinds by name.
mod kinds;

/// A fault as text.
mod fault;

/// The faults that are on.
mod active;

/// A fault for one request, by its headers.
pub mod one_request;

/// The messages between the command and a service.
pub mod control;

pub use active::{Faults, MysteryIsOn};
pub use chance::{Draw, Share};
pub use fault::{Fault, FaultError, parse};
pub use hit::Hit;
pub use kind::{Dialect, Entry, Kind, Place};
pub use kinds::{KINDS, near};
pub use route::Route;
pub use time::Time;
