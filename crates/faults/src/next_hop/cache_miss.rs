//! `cache-miss=80%`: the service has a cache in front of the next hop, which misses that share of calls.

use crate::{
    chance::Share,
    kind::{Entry, Kind, Place},
};

/// Below the SERVER span stand local spans `cache get` and, after a miss, the CLIENT span and `cache put`. A hit ends with `cache get`: no call, and no span of the hops
/// behind it. With `cache-miss=100%` the cache is asked each time and never has anything.
pub const CACHE_MISS: Entry = Entry {
    name: "cache-miss",
    value: "80%",
    place: Place::Call,
    shows: "a local span `cache get`; after a miss the call and `cache put`, after a hit neither call nor hops behind it",
    read: |value| value.map_or(Ok(Share::ALL), str::parse).map(Kind::CacheMiss),
};
