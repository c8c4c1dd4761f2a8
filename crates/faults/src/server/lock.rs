//! `lock`: the service holds a lock from the first byte of a request to the last of its answer.

use super::held::Held;
use crate::{
    hit::Hit,
    kind::{Entry, Kind, Place},
    time::Time,
};

/// SERVER spans of the service never overlap. Of requests that came at once, each waits for those before it: its caller's CLIENT span is as much
/// longer, and a trace alone says network. With a time, the lock is held so much longer. No trace tells a lock from a pool of one.
pub const LOCK: Entry = Entry {
    name: "lock",
    value: "50ms",
    place: Place::Outside,
    shows: "SERVER spans of the service never overlap; callers at once wait before them, one after the other",
    read: |value| value.unwrap_or("0ms").parse().map(Kind::Lock),
};

/// The lock, once it is free.
pub async fn take(hit: &Hit, longer: Time) -> Option<Held> {
    Held::of(hit, longer.at(hit.draw())).await
}
