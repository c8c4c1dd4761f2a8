//! `slow-body=500ms`: the service sends its body slowly.

use std::time::Duration;

use super::pieces::Pieces;
use crate::kind::{Entry, Kind, Place};

/// The caller's CLIENT span ends with the headers and is short; the SERVER span below it ends with the last byte, and outlives it. The time between is the
/// caller's own, since it waits for a body and not for an answer.
pub const SLOW_BODY: Entry = Entry {
    name: "slow-body",
    value: "500ms",
    place: Place::Inside,
    shows: "the SERVER span outlives the caller's CLIENT span, which ended with the headers",
    read: |value| value.unwrap_or("500ms").parse().map(Kind::SlowBody),
};

/// The number of pieces of a slow body.
const PIECES: u32 = 10;

/// The body in pieces, over this time.
pub fn slow(pieces: &mut Pieces, time: Duration) {
    pieces.cut_into(PIECES, time / PIECES);
}
