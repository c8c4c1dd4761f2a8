//! Whole-system tests in a real browser: a person's tasks on the pages, asserted by text and geometry, not by markup.
//!
//! Skipped where there is no Chromium; with `REQUIRE_BROWSER=1` they fail there.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic where it is"
)]

/// Starts and stops the parts.
#[expect(dead_code, reason = "the tests of the whole system use the rest")]
mod harness;

/// Chromium, driven over WebDriver.
#[allow(
    dead_code,
    reason = "what a person may do, whether a test does it today or not"
)]
#[path = "browser/driver.rs"]
mod driver;

/// Traces of our own making.
#[path = "browser/made.rs"]
mod made;

/// Navigation, languages, addresses.
#[path = "browser/layout.rs"]
mod layout;

/// The list of traces.
#[path = "browser/list.rs"]
mod list;

/// One trace: the answer, folds, find, keys, zoom.
#[path = "browser/trace.rs"]
mod trace;

/// One span, and the context headers of a hop.
#[path = "browser/span.rs"]
mod span;

/// Traces that drawings get wrong.
#[path = "browser/odd.rs"]
mod odd;

/// Spans that somebody sends to do harm.
#[path = "browser/hostile.rs"]
mod hostile;

/// Log lines.
#[path = "browser/logs.rs"]
mod logs;

/// Hops, comparisons, dependencies, trace files.
#[path = "browser/views.rs"]
mod views;

/// Findings of axe-core.
#[path = "browser/axe.rs"]
mod axe;

/// The pictures of the documents.
#[path = "browser/pictures.rs"]
mod pictures;
