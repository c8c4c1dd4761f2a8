//! `calls=8`: the service makes n calls where one would do.

use crate::kind::{Entry, Kind, Place, count};

/// n CLIENT spans alike, one after another, below one SERVER span, each with a SERVER span of the next hop below it: N+1, and the answer says so from five on. The
/// response is the same as ever.
pub const CALLS: Entry = Entry {
    name: "calls",
    value: "8",
    place: Place::Call,
    shows: "n CLIENT spans alike, one after another, where there was one (N+1); the response is the same",
    read: |value| count(value.unwrap_or("8")).map(Kind::Calls),
};

/// Makes the call n times, as long as it works.
///
/// # Errors
/// The first one's that fails.
pub async fn one_after_another<T, E, F>(count: u32, call: &(impl Fn() -> F + Sync)) -> Result<T, E>
where
    F: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    for _ in 1..count {
        call().await?;
    }
    call().await
}
