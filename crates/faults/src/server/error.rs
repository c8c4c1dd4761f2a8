//! `error=503`: the service answers with an error.

use crate::kind::{Entry, Kind, Place};

/// The SERVER span has the status and `error`, and no child: the handler never ran. The caller's CLIENT span has the same status; above it, the answer is
/// 502, or 504 where that was the status. The service writes one log line, as for any failure.
pub const ERROR: Entry = Entry {
    name: "error",
    value: "503",
    place: Place::Inside,
    shows: "the SERVER span has http.status_code and error, and no child; so has the caller's CLIENT span",
    read: |value| status(value.unwrap_or("503")).map(Kind::Error),
};

fn status(text: &str) -> Result<u16, &'static str> {
    let status = text.parse().ok().filter(|status| (400..=599).contains(status));
    status.ok_or("a status from 400 to 599")
}

/// The status that is answered in the handler's place.
pub const fn answer(status: u16) -> u16 {
    status
}
