//! `retry-storm=3`: the service makes a failed call again, at once and up to n times.

use crate::kind::{Entry, Kind, Place, count};

/// Where the next hop fails (set `error` or `refuse` there), n CLIENT spans with `error` one after another, without a pause. Two services that
/// do so multiply: three tries each are nine requests at the last hop. Where nothing fails, nothing shows.
pub const RETRY_STORM: Entry = Entry {
    name: "retry-storm",
    value: "3",
    place: Place::Call,
    shows: "where the next hop fails: n CLIENT spans with error, one after another; two such services multiply",
    read: |value| count(value.unwrap_or("3")).map(Kind::RetryStorm),
};

/// Makes the call up to n times, until it works.
///
/// # Errors
/// The last call's.
pub async fn until_it_works<T, E, F>(tries: u32, call: &(impl Fn() -> F + Sync)) -> Result<T, E>
where
    F: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    for _ in 1..tries {
        if let Ok(answer) = call().await {
            return Ok(answer);
        }
    }
    call().await
}
