//! Traces as the collector, or any Zipkin, has them.

pub use ask::{
    Address,
    stored::{Arrived, DEADLINE, POLL, Stored},
};
