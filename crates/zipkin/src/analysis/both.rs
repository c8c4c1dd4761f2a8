//! Two pieces of work that do not need each other: side by side where they are long.

use std::{
    panic::resume_unwind,
    thread::{self, Builder},
};

/// Both results. Where no thread is to be had, the pieces are done one after the other.
pub(super) fn both<A: Send, B>(
    are_long: bool,
    one: impl Fn() -> A + Sync,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if !are_long {
        return (one(), other());
    }
    thread::scope(|scope| {
        let beside = Builder::new().name("analysis".into()).spawn_scoped(scope, &one);
        let other = other();
        let one = match beside {
            Ok(beside) => beside.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => one(),
        };
        (one, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_results_are_the_same_side_by_side() {
        for are_long in [false, true] {
            assert_eq!(both(are_long, || 1, || "two"), (1, "two"));
        }
    }
}
