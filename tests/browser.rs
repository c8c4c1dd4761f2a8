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

/// Navigation, languages, addresses.
#[path = "browser/layout.rs"]
mod layout;

/// The list of traces.
#[path = "browser/list.rs"]
mod list;
