//! An embedded, Zipkin-compatible collector, with pages of its own. It keeps spans in memory, and in a folder if it is given one.
//!
//! ```text
//! POST /api/v2/spans → api/spans → intake → store ─┬→ api/*    JSON, as Zipkin answers
//!                                                  └→ pages/*  the latest traces, one trace's waterfall
//! ```
//!
//! `lens` is Zipkin's own page, where a copy is given: its script asks `api`.
//!
//! Every request passes `edge` first: what holds for all routes is said there, once.
//!
//! The modules stand from the ground up: each imports only from those above it in this list. The state (`store`, `intake`,
//! `collector`) knows no route; `api`, `pages` and `lens` do not know each other, and meet in `routes`.

/// The files of Zipkin's own page, where a copy is given.
mod ui_dir;

/// Log lines in memory.
mod lines;

/// Settings of the collector.
mod config;

/// The time of day.
mod clock;

/// Long work, as long as somebody waits for it.
mod work;

/// Counters.
mod metrics;

/// Answers of OpenTelemetry's protocol.
mod rpc;

/// The spans in memory, bounded.
mod store;

/// Between the answer and the store: a bounded queue.
mod intake;

/// The store and its counters, shared by all handlers.
mod collector;

/// Answers that refuse, in Zipkin's words.
mod error;

/// The parameters of a query string.
mod params;

/// The way from a request's address to the root.
mod root;

/// Zipkin's API.
mod api;

/// The pages for people.
mod pages;

/// Trace files, apart from the live traces.
mod uploads;

/// Zipkin's own page.
mod lens;

/// Rules of every route: CORS, compression, paths that are no paths.
mod edge;

/// Which path leads where.
mod routes;

/// Binding, answering, stopping.
mod server;

/// Requests to a collector in a test.
#[cfg(test)]
mod ask;

pub use collector::Collector;
pub use config::{Config, Timeout, TimeoutError, ZipkinUi, ZipkinUiError};
pub use lines::{LineSource, LineSourceError};
pub use server::{Listening, run, serve};
pub use ui_dir::{Lens, LensError};
