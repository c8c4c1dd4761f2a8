//! `reset`: the connection breaks in the middle of a body.

use super::pieces::Pieces;
use crate::kind::{Entry, Kind, Place, bare};

/// The SERVER span has its status and `error` = `body broken`. The caller's CLIENT span ended well with the headers, yet its own answer is 502: it could not read
/// on.
pub const RESET: Entry = Entry {
    name: "reset",
    value: "",
    place: Place::Inside,
    shows: "the SERVER span has status 200 and error = body broken; the caller's CLIENT span is fine, its answer 502",
    read: |value| bare(value, Kind::Reset),
};

/// Half of the body, and then the connection breaks.
pub fn cut(pieces: &mut Pieces) {
    pieces.break_off();
}
