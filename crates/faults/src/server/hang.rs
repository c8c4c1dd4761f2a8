//! `hang`: the service takes requests and never answers.

use crate::kind::{Entry, Kind, Place, bare};

/// The caller waits for its deadline: its CLIENT span ends with `error` = `timeout`, and its answer is 504. The SERVER span of the service ends when the
/// caller has hung up, with `error` = `cancelled` and without a status. No trace tells a hang from a latency above the deadline.
pub const HANG: Entry = Entry {
    name: "hang",
    value: "",
    place: Place::Inside,
    shows: "the caller's CLIENT span ends with error = timeout, the SERVER span with error = cancelled; 504",
    read: |value| bare(value, Kind::Hang),
};

/// Waits until the caller has gone, which drops this.
pub async fn wait() {
    std::future::pending().await
}
