//! Bytes on the heap: the bound in bytes is a promise about the process, so that what the allocator adds
//! counts, and room that is not used yet, and what nobody evicts.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// From here on an allocation has pages of its own.
const PAGES_FROM: usize = 128 << 10;

const PAGE: usize = 4096;

/// Bytes that an allocation of so many takes, as glibc has it; other allocators come near.
pub const fn allocated(bytes: usize) -> usize {
    const HEAD: usize = 8;
    const SMALLEST: usize = 32;
    match bytes {
        0 => 0,
        PAGES_FROM.. => (bytes + 2 * HEAD).next_multiple_of(PAGE),
        _ if bytes + HEAD <= SMALLEST => SMALLEST,
        _ => (bytes + HEAD).next_multiple_of(16),
    }
}

/// Bytes of a B-tree map, but for what its entries point to. A node has room for eleven; entries that come in order
/// leave it half full, and others two thirds.
pub const fn tree(entries: usize, entry_bytes: usize) -> usize {
    const ROOM: usize = 11;
    const USUAL: usize = 7;
    const HEAD: usize = 12;
    const EDGES: usize = (ROOM + 1) * 8;
    let leaves = match entries {
        0 => 0,
        1..=ROOM => 1,
        _ => entries.div_ceil(USUAL),
    };
    let leaf = ROOM * entry_bytes + HEAD;
    leaves * allocated(leaf) + leaves / USUAL * allocated(leaf + EDGES)
}

/// Bytes of things that come and go on their own, added up.
#[derive(Clone, Default)]
pub struct Ledger(Arc<AtomicUsize>);

/// The bytes of one thing, which are taken off when it goes.
pub struct Counted {
    ledger: Ledger,
    bytes: usize,
}

impl Ledger {
    /// Bytes of all things that there are.
    pub fn total(&self) -> usize {
        self.0.load(Relaxed)
    }

    /// Counts a thing.
    pub fn count(&self, bytes: usize) -> Counted {
        self.0.fetch_add(bytes, Relaxed);
        Counted {
            ledger: self.clone(),
            bytes,
        }
    }
}

impl Counted {
    /// Where it is counted.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The thing has as many bytes from here on.
    pub fn set(&mut self, bytes: usize) {
        if bytes != self.bytes {
            *self = self.ledger.count(bytes);
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.ledger.0.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_that_go_are_taken_off() {
        let ledger = Ledger::default();
        let mut one = ledger.count(100);
        let other = ledger.count(10);
        one.set(50);
        assert_eq!(ledger.total(), 60);
        drop(other);
        assert_eq!(ledger.total(), 50);
        drop(one);
        assert_eq!(ledger.total(), 0);
    }

    #[test]
    fn small_allocations_are_rounded_up_and_large_ones_to_pages() {
        let rounded = [0, 1, 24, 25, 40, 41, 131_071, 131_072].map(allocated);
        assert_eq!(rounded, [0, 32, 32, 48, 48, 64, 131_088, 135_168]);
    }

    #[test]
    fn a_tree_has_a_node_for_its_first_entry_and_few_for_many() {
        assert_eq!((tree(0, 24), tree(1, 24), tree(11, 24)), (0, 288, 288));
        let each = tree(1_000_000, 24) / 1_000_000;
        assert!((40..60).contains(&each), "{each}");
    }
}
