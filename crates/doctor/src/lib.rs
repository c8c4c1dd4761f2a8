//! Checks of a machine, its settings, a collector and a chain of services, in the order in which they depend on each other.
//!
//! ```text
//! catalogue (ids, titles) ─┬→ pages      what each check means, offline
//!                          └→ checks ──→ finding (√ ‼ × –, and what was seen)
//! holder (who listens at a port, and its environment) ┘
//! ```

/// Checks by id.
mod catalogue;

/// The result of a check.
mod finding;

/// A page for each check.
mod pages;

/// The process that listens at a port.
mod holder;

/// Programs that are asked for their versions.
mod program;

/// The checks.
mod checks;

/// All checks, in order.
mod run;

pub use catalogue::{CHECKS, Category, Check, find};
pub use checks::ports::Ports;
pub use finding::{Finding, Verdict};
pub use pages::page;
pub use probe::Said;
pub use run::{Patient, examine};
