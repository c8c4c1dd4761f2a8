//! `pool=2`: the service works on so many requests at a time.

use super::held::Held;
use crate::{
    hit::Hit,
    kind::{Entry, Kind, Place, count},
    time::Time,
};

/// Never more SERVER spans of the service at a time than the pool has places. A request beyond them waits before its span begins, within its caller's CLIENT
/// span. Where one caller makes several calls at once (`burst`), the answer says how many of them waited, and for how long.
pub const POOL: Entry = Entry {
    name: "pool",
    value: "2,50ms",
    place: Place::Outside,
    shows: "never more SERVER spans at a time than places; the others wait within their callers' CLIENT spans",
    read: |value| read(value.unwrap_or("1")),
};

fn read(text: &str) -> Result<Kind, &'static str> {
    let (places, longer) = text.split_once(',').unwrap_or((text, "0ms"));
    let places = count(places)
        .map_err(|_| "a number of places from 1 to 100, and perhaps how long each is held: 2,50ms")?;
    Ok(Kind::Pool(places, longer.parse()?))
}

/// A place in the pool, once there is one.
pub async fn take(hit: &Hit, longer: Time) -> Option<Held> {
    Held::of(hit, longer.at(hit.draw())).await
}
