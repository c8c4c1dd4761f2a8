//! Who calls whom, and how often it fails: Zipkin's dependency graph, computed from whole traces.

use serde::Serialize;

use crate::Span;

/// So many calls from one service to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DependencyLink {
    /// The service that calls.
    pub parent: String,
    /// The service that is called.
    pub child: String,
    /// Calls.
    pub call_count: u64,
    /// Calls that failed; left out of the JSON when zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub error_count: u64,
}

/// Adds up the links of many traces.
#[derive(Clone, Debug, Default)]
pub struct Linker {}

impl Linker {
    /// Adds the links of one trace.
    pub fn put_trace(&mut self, trace: &[Span]) {
        let _ = trace;
    }

    /// The links of all traces, in the order in which each was first seen.
    pub fn links(&self) -> Vec<DependencyLink> {
        Vec::new()
    }
}

// serde passes a reference to whatever the field is.
fn is_zero(count: &u64) -> bool {
    *count == 0
}
