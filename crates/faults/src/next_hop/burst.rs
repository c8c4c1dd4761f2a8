//! `burst=6`: the service makes n calls at once where one would do.

use futures_util::future::join_all;

use crate::kind::{Entry, Kind, Place, count};

/// n CLIENT spans alike that overlap below one SERVER span. Where the next hop has fewer places (`pool`, `lock`), its SERVER spans form a staircase, and the answer says
/// how many calls waited for a place.
pub const BURST: Entry = Entry {
    name: "burst",
    value: "6",
    place: Place::Call,
    shows: "n CLIENT spans alike that overlap; with a pool or a lock at the next hop, a staircase of SERVER spans",
    read: |value| count(value.unwrap_or("6")).map(Kind::Burst),
};

/// Makes the call n times at once, and waits for all.
///
/// # Errors
/// The first call's.
pub async fn at_once<T, E, F>(count: u32, call: &(impl Fn() -> F + Sync)) -> Result<T, E>
where
    F: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    let others = join_all((1..count).map(|_| call()));
    let (first, _others) = futures_util::future::join(call(), others).await;
    first
}
