//! Something broken on purpose, in running processes: each kind's signature, and the first shape once it is cleared.

#![expect(
    clippy::indexing_slicing,
    reason = "a trace without what is looked at should panic where it is"
)]

/// A chain that can be broken.
mod broken;

/// Each kind, in trace, log lines and answer.
mod signatures;

/// The answer names the fault.
mod named;

/// Headers on the wire.
mod wire;

/// Faults that one request orders.
mod one_request;

/// Callers that may set faults.
mod control;

/// `hop fault`.
mod command;
