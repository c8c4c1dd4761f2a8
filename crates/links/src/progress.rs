//! One line on standard error that says how far the reading is, where a person sees it.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// Nobody wonders before.
const FIRST: Duration = Duration::from_secs(1);
const BETWEEN: Duration = Duration::from_millis(200);

/// The line. It is gone when this is dropped.
#[derive(Debug)]
pub struct Progress {
    terminal: bool,
    next: Instant,
    shown: bool,
}

impl Progress {
    /// Nothing is shown yet.
    pub fn start() -> Self {
        Self {
            terminal: io::stderr().is_terminal(),
            next: Instant::now() + FIRST,
            shown: false,
        }
    }

    /// Shows this text in place of the one before, unless that came a moment ago.
    pub fn show(&mut self, text: impl FnOnce() -> String) {
        let now = Instant::now();
        if self.terminal && now >= self.next {
            self.next = now + BETWEEN;
            self.shown = true;
            write(&format!("\r\u{1b}[K{}", text()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            write("\r\u{1b}[K");
        }
    }
}

fn write(text: &str) {
    let mut out = io::stderr().lock();
    // A closed terminal has no reader.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
