//! `network=100ms±20`: the way to the service is long.

use std::time::Duration;

use crate::kind::{Entry, Kind, Place};

/// The caller's CLIENT span is longer by the delay, and the service's SERVER span begins late within it and is as short as before. The answer
/// says that the time was network between the two.
pub const NETWORK: Entry = Entry {
    name: "network",
    value: "100ms±20",
    place: Place::Outside,
    shows: "the caller's CLIENT span grows, the SERVER span within it does not: network between the two",
    read: |value| value.unwrap_or("100ms").parse().map(Kind::Network),
};

/// Waits before the service's span begins.
pub async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}
