//! `latency=300ms±50`: the service is slow in its own work.

use std::time::Duration;

use crate::kind::{Entry, Kind, Place};

/// The SERVER span of the service is longer by the delay, and so is every span above it. No child explains the time: it is the service's own
/// work, and the answer says so. The network between it and its caller is as short as before.
pub const LATENCY: Entry = Entry {
    name: "latency",
    value: "300ms±50",
    place: Place::Inside,
    shows: "the service's own work takes longer; nothing below its SERVER span explains it",
    read: |value| value.unwrap_or("300ms").parse().map(Kind::Latency),
};

/// Waits within the service's span.
pub async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}
