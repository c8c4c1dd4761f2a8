#![doc = include_str!("../README.md")]
//!
//! # Map
//! ```text
//! a line → written at once, while there is room (sink)
//!        → else it waits, in bounded room, for a thread that writes at the reader's pace
//!        → else it is dropped and counted; the count is said where the lines are missing, or at the end
//! ```

/// Texts of strangers, made harmless for a terminal.
mod clean;

/// Colours, where they are wanted.
mod paint;

/// Lines on their way to one reader.
mod lines;

/// The file behind a standard stream, and whether it can be asked to take no more than it has room for.
mod sink;

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

pub use clean::{FIRST_STRONG_ISOLATE, POP_ISOLATE, clean};
pub use lines::Lines;
pub use paint::paints;
use sink::Sink;

/// Time that an ending process gives to readers that have fallen behind.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Lines to standard output.
pub fn stdout() -> &'static Arc<Lines> {
    static STDOUT: OnceLock<Arc<Lines>> = OnceLock::new();
    STDOUT.get_or_init(|| Lines::to("standard output", Sink::stdout()))
}

/// Lines to standard error. Where both streams are one pipe or one terminal (`2>&1`), they share one order, so that a long line of one
/// is not cut by the other.
pub fn stderr() -> &'static Arc<Lines> {
    static STDERR: OnceLock<Arc<Lines>> = OnceLock::new();
    STDERR.get_or_init(|| {
        if sink::is_shared() {
            stdout().clone()
        } else {
            Lines::to("standard error", Sink::stderr())
        }
    })
}

/// Gives readers that have fallen behind a second. Lines that are left then are counted, and the count is said on the other
/// stream. For the end of a process: it blocks, and only where a reader does not read.
pub fn finish() {
    let end = Instant::now() + LAST_WAIT;
    let streams = [stdout(), stderr()];
    for (stream, other) in streams.into_iter().zip(streams.into_iter().rev()) {
        stream.wait(end);
        if let Some(said) = stream.last_word() {
            other.write(said.as_bytes());
        }
    }
    for stream in streams {
        stream.wait(end);
    }
}
