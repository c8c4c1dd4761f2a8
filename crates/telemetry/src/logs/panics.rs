//! The line of a panic: with the ids of its request, in the format of the other lines, in place of std's own text on
//! standard error. It runs where the panic happened, within the span, so that the span gets its `error` tag, too.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::PanicHookInfo,
};

/// The logger of these lines, which `RUST_LOG` does not silence.
pub(crate) const PANIC: &str = "telemetry::panic";

/// The text that a panic leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PanicHook {
    /// A line, in place of std's own text.
    #[default]
    Line,
    /// A line, and then what the hook does that is there already: std's own text stands beside the line.
    LineAndPrevious,
    /// No line: the hook that is there stays.
    Untouched,
}

impl PanicHook {
    /// Sets the hook of this process.
    ///
    /// ```
    /// use telemetry::{Config, PanicHook, Telemetry};
    ///
    /// let mut config = Config::default();
    /// config.panic_hook = PanicHook::Untouched; // `start` leaves std's text
    /// let _telemetry = Telemetry::start("shop", &config)?;
    /// PanicHook::Line.install(); // from here on: a line, with the ids of the request
    /// assert!(std::thread::spawn(|| panic!("no stock")).join().is_err());
    /// # Ok::<(), telemetry::StartError>(())
    /// ```
    pub fn install(self) {
        match self {
            Self::Line => std::panic::set_hook(Box::new(log)),
            Self::LineAndPrevious => {
                let previous = std::panic::take_hook();
                std::panic::set_hook(Box::new(move |info| {
                    log(info);
                    previous(info);
                }));
            }
            Self::Untouched => {}
        }
    }
}

/// Writes the line of this one, with the stack where `RUST_BACKTRACE` asks for it.
pub(crate) fn log(info: &PanicHookInfo<'_>) {
    let said = info.payload();
    let text = said.downcast_ref::<String>().map(String::as_str);
    let said = text.or_else(|| said.downcast_ref::<&str>().copied());
    let said = said.unwrap_or("for a reason that is no text");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let stack = Backtrace::capture();
    if stack.status() == BacktraceStatus::Captured {
        tracing::error!(target: PANIC, { error.stack_trace = %stack }, "panicked at {place}: {said}");
    } else {
        tracing::error!(target: PANIC, "panicked at {place}: {said}");
    }
}
