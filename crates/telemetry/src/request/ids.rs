//! New ids.

use std::{
    cell::Cell,
    hash::{BuildHasher as _, RandomState},
};

use zipkin::{SpanId, TraceId};

/// A new id, never zero.
pub(crate) fn new_span_id() -> SpanId {
    SpanId::new(random())
}

/// The same for a trace, of 128 bits. The upper half is not zero either, or the id would be written with 16 digits.
pub(super) fn new_trace_id() -> TraceId {
    TraceId::new(u128::from(random()) << 64 | u128::from(random()))
}

thread_local! {
    /// The thread's generator, from the system's randomness when the thread first asks.
    static STATE: Cell<[u64; 4]> = Cell::new(seed());
}

/// 64 random bits that are not all zero. A thread that ends has no state left, and each of its ids is a seed.
fn random() -> u64 {
    loop {
        let drawn = STATE.try_with(|state| {
            let (next, drawn) = step(state.get());
            state.set(next);
            drawn
        });
        let drawn = drawn.unwrap_or_else(|_| step(seed()).1);
        if drawn != 0 {
            return drawn;
        }
    }
}

/// 256 bits. `RandomState` has keys of 128 bits from the system, and others each time; SipHash spreads them.
fn seed() -> [u64; 4] {
    let keys = RandomState::new();
    [1, 2, 3, 4].map(|part: u64| keys.hash_one(part))
}

/// One step of xoshiro256++ (<https://prng.di.unimi.it/>), whose state is twice as long as the longest id: two numbers in a row take
/// all values of 128 bits.
const fn step([a, b, c, d]: [u64; 4]) -> ([u64; 4], u64) {
    let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
    let (c2, d2) = (c ^ a, d ^ b);
    ([a ^ d2, b ^ c2, c2 ^ (b << 17), d2.rotate_left(45)], drawn)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_generator_is_xoshiro256_plus_plus() {
        // The first outputs of the reference implementation for the state 1, 2, 3, 4.
        let mut state = [1, 2, 3, 4];
        for expected in [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
        ] {
            let (next, drawn) = step(state);
            assert_eq!(drawn, expected);
            state = next;
        }
    }

    #[test]
    fn threads_have_ids_of_their_own_and_every_bit_changes() {
        let draw = || (0..1_000).map(|_| new_trace_id().value()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
        let ids: Vec<u128> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4_000);
        for bit in 0..128 {
            let ones = ids.iter().filter(|id| **id >> bit & 1 == 1).count();
            assert!((1_800..=2_200).contains(&ones), "bit {bit}: {ones} of 4,000");
        }
    }
}
