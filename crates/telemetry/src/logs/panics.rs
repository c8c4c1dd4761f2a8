//! The line of a panic: with the ids of its request, in the format of the other lines, in place of std's own text on
//! standard error. It runs where the panic happened, within the span, so that the span gets its `error` tag, too.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::PanicHookInfo,
};

/// The logger of these lines, which `RUST_LOG` does not silence.
pub(crate) const PANIC: &str = "telemetry::panic";

/// Writes a line for each panic of the process from here on.
pub(crate) fn log_all() {
    std::panic::set_hook(Box::new(log));
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
