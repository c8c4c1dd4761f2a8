//! `crash`: the process ends in the middle of a request, and whoever started it starts it again.

use crate::kind::{Entry, Kind, Place, bare};

/// The request's SERVER span is lost with its process, and so are all spans that were not sent yet. The caller's CLIENT span ends with `error` = `connection
/// broken`; until the process is back, others end with `connection refused`. The process that comes back has no faults.
pub const CRASH: Entry = Entry {
    name: "crash",
    value: "",
    place: Place::Inside,
    shows: "no SERVER span; the caller's CLIENT span ends with error = connection broken, later ones are refused, then all is well",
    read: |value| bare(value, Kind::Crash),
};

/// The exit code of a process that a fault ended: that of a panic.
const CODE: i32 = 101;

/// Ends the process at once, as a kill does.
pub fn end() {
    std::process::exit(CODE);
}
