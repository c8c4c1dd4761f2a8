//! The checks, group by group.

/// Memory, disk, clock.
pub mod machine;

/// Compilers and containers.
pub mod tools;

/// Listeners on the ports of the parts.
pub mod ports;

/// Environment variables.
pub mod settings;

/// The collector.
pub mod collector;

/// Services and their faults.
pub mod services;

/// One request through every hop.
pub mod canary;
