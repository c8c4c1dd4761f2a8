//! Bloom filters: of a term that was added they say "may be here", of almost every other one "is not here". They take
//! the same room whatever is added; the more, the more often they are wrong about terms that are not there.

/// The filter of a segment has 65,536 bits in blocks of 512. A hash names a block, and six bits in it: a search that
/// goes through hundreds of segments reads one cache line of each.
pub struct Filter {
    bits: Box<Bits>,
    bits_set: usize,
}

struct Bits {
    words: [u64; WORDS],
    /// Of the hashes that end alike, the one that came last. Most terms are true of the trace before, too.
    recent: [u64; RECENT],
}

const WORDS: usize = (1 << 16) / 64;
const RECENT: usize = 128;

impl Filter {
    /// Bytes of heap.
    pub const BYTES: usize = size_of::<Bits>();

    /// A third of the bits are set: wrong about one term in 400.
    const FULL: usize = 22_000;

    /// Half of the bits are set: wrong about one term in 50. What is added beyond that helps nobody.
    const SATURATED: usize = 1 << 15;

    /// Nothing is here.
    pub fn new() -> Self {
        Self {
            bits: Box::new(Bits {
                words: [0; WORDS],
                // Hashes that have other places.
                recent: std::array::from_fn(|place| place as u64 + 1),
            }),
            bits_set: 0,
        }
    }

    /// Adds the hash of a term.
    pub fn add(&mut self, hash: u64) {
        if let Some(recent) = self.bits.recent.get_mut(hash as usize % RECENT)
            && std::mem::replace(recent, hash) == hash
        {
            return;
        }
        for (word, bit) in places(hash) {
            // A block and a word in it name no word beyond the last.
            if let Some(word) = self.bits.words.get_mut(word) {
                self.bits_set += usize::from(*word & bit == 0);
                *word |= bit;
            }
        }
    }

    /// Whether the term with this hash may have been added.
    pub fn may_have(&self, hash: u64) -> bool {
        self.is_saturated()
            || places(hash).all(|(word, bit)| self.bits.words.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Whether more terms should go elsewhere.
    pub fn is_full(&self) -> bool {
        self.bits_set >= Self::FULL
    }

    /// Whether it is of so little use that it says "may be here" of everything, and need not be added to.
    pub fn is_saturated(&self) -> bool {
        self.bits_set >= Self::SATURATED
    }
}

/// The filter of a trace has 1,024 bits, of which a hash names three. Wrong about one term in two hundred in a trace of eight
/// spans, it spares a search nearly all looks.
#[derive(Clone, Copy, Default)]
pub struct SmallFilter([u64; 16]);

impl SmallFilter {
    const SATURATED: u32 = 768;

    /// Adds the hash of a term.
    pub fn add(&mut self, hash: u64) {
        for (word, bit) in small_places(hash) {
            if let Some(word) = self.0.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Whether the term with this hash may have been added.
    pub fn may_have(&self, hash: u64) -> bool {
        let is_set = |(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0);
        small_places(hash).into_iter().all(is_set) || self.is_saturated()
    }

    /// Whether it is of so little use that it says "may be here" of everything, and need not be added to.
    pub fn is_saturated(&self) -> bool {
        self.0.iter().map(|word| word.count_ones()).sum::<u32>() >= Self::SATURATED
    }
}

fn small_places(hash: u64) -> [(usize, u64); 3] {
    [hash, hash >> 16, hash >> 32].map(|hash| ((hash >> 6 & 15) as usize, 1 << (hash % 64)))
}

fn places(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    /// Seven bits name a block.
    const BLOCK: u32 = u64::BITS - 7;
    let block = (hash >> BLOCK) as usize * 8;
    (0..6).map(move |part| {
        // Nine bits name a word of the block, and a bit in it.
        let hash = hash >> (part * 9);
        (block + (hash >> 6 & 7) as usize, 1 << (hash % 64))
    })
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher as _, RandomState};

    use super::*;

    #[test]
    fn added_keys_may_be_here_and_few_others() {
        let hasher = RandomState::new();
        let mut filter = Filter::new();
        let mut added = 0;
        while !filter.is_full() {
            filter.add(hasher.hash_one(added));
            added += 1;
        }
        assert!((4_000..5_000).contains(&added), "{added}");
        assert!((0..added).all(|term| filter.may_have(hasher.hash_one(term))));
        let wrong = (0..100_000)
            .filter(|other| filter.may_have(hasher.hash_one((other, "other"))))
            .count();
        assert!(wrong < 1_000, "{wrong} of 100,000");
    }

    #[test]
    fn a_saturated_filter_excludes_nothing() {
        let hasher = RandomState::new();
        let (mut filter, mut small) = (Filter::new(), SmallFilter::default());
        for hash in (0..20_000).map(|term| hasher.hash_one(term)) {
            filter.add(hash);
            small.add(hash);
        }
        assert!(filter.is_saturated() && filter.may_have(0));
        assert!(small.is_saturated() && small.may_have(0));
    }

    #[test]
    fn a_small_filter_knows_a_short_trace() {
        let hasher = RandomState::new();
        let mut small = SmallFilter::default();
        (0..120).for_each(|term| small.add(hasher.hash_one(term)));
        assert!((0..120).all(|term| small.may_have(hasher.hash_one(term))));
        let wrong = (120..10_120)
            .filter(|&term| small.may_have(hasher.hash_one(term)))
            .count();
        assert!(wrong < 500, "{wrong} of 10,000");
    }
}
