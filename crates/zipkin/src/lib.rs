#![doc = include_str!("../README.md")]
//!
//! # Map
//! ```text
//! JSON → decode → Span → encode → JSON
//!                  └ SpanRef → merge → tree ─┬→ links             who calls whom
//!                                            ├→ summary           a line of a list
//!                                            └→ waterfall → analysis  where the time went, and what is wrong
//! ```

/// Trace and span ids.
pub mod id;

/// The span.
pub mod model;

/// The span, borrowed from where it was read.
mod borrowed;

/// Spans to JSON.
pub mod encode;

/// JSON to spans.
pub mod decode;

/// The search for traces.
pub mod query;

/// One span from its partial reports.
pub mod merge;

/// The tree of spans: causes and effects.
pub mod tree;

/// Dependency links: callers, callees, calls and failures.
pub mod links;

/// When a trace was, and how long it took.
mod times;

/// A trace in one line of a list.
mod summary;

/// A trace as rows to draw, depth first.
pub mod waterfall;

/// The analysis of a trace, by rule.
pub mod analysis;

/// The languages of sentences.
mod language;

/// The calls of many traces.
pub mod traffic;

/// The Instrumentation Score, as far as spans can be judged.
pub mod score;

/// The words that page and terminal share.
pub mod words;

/// Dates and times of day.
pub mod utc;

#[cfg(test)]
mod sample;

pub use analysis::{Hop, hops};
pub use borrowed::{EndpointRef, SpanRef, Text};
pub use decode::DecodeError;

pub use id::{IdError, SpanId, TraceId, TraceIdPrefix};
pub use language::Language;
pub use links::{DependencyLink, Linker};
pub use model::{Annotation, Endpoint, Kind, Span};
pub use query::{Query, QueryError, Searched};
pub use summary::{Summary, summary};
pub use times::Times;
pub use tree::Place;
pub use waterfall::{Row, Waterfall, waterfall};
