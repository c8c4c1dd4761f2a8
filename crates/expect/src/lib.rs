#![doc = include_str!("../README.md")]
//!
//! # The way of an expectation
//!
//! ```text
//! a file → file ─┐
//! Rust builder ──┴→ expected ─┐
//!                             ├→ check → Verdict: failures, and the trees side by side → draw
//! spans, lines, headers, answer → observed ─┘
//! ```

/// Numbers of a thing.
mod count;

/// Patterns of texts.
mod text;

/// A log line in any of our formats.
mod line;

/// A request as it was observed.
mod observed;

/// Expectations of a request.
mod expected;

/// Expectations from a JSON file.
mod file;

/// Why an expectation does not hold.
mod failure;

/// The comparison.
mod check;

/// Texts in columns of a terminal.
pub mod columns;

/// Failures for people and for programs.
mod draw;

pub use check::Verdict;
pub use count::Count;
pub use draw::Columns;
pub use expected::{
    AnswerExpectation, Condition, Expectation, HeadersExpectation, LineExpectation, Relation,
    SpanExpectation, SpanKind, answer, client, expect, headers, line, local, server, span,
};
pub use failure::{Concept, Failure, Mark, Row};
pub use file::{Body, Case, File, FileError, Request, SCHEMA};
pub use line::LogLine;
pub use observed::{Answer, Observed, Wire};
pub use text::{Text, contains, pattern};
pub use zipkin::{Kind, Language, Span, TraceId};
