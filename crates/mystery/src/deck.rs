//! The deck: every fault that shows alone, at each hop where it shows, and pairs of which neither hides the other.

use crate::{answer::Answer, hop::Hop};

/// A fault at a hop, before and after its value is drawn.
mod card;

/// Which faults may stand beside each other.
mod pairs;

use card::Card;
pub use card::Drawn;

/// Kinds that are in no case, and why.
pub const UNDRAWN: [(&str, &str); 1] = [(
    "crash",
    "the process that comes back has no faults: after one request there is nothing left to find",
)];

/// Faults to set, and to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// One or two, the outer first.
    pub faults: Vec<Drawn>,
}

use Hop::{Gateway, Inventory, Orders};

const ALL: &[Hop] = &Hop::ALL;
const INNER: &[Hop] = &[Orders, Inventory];
const CALLERS: &[Hop] = &[Gateway, Orders];

/// Kinds that show alone, and where. At other hops they do not: nobody calls the next hop of the last one, nobody
/// who is traced waits for the edge's body, and where the edge refuses, there is no system left to look at.
const SINGLES: [(&str, &[Hop]); 19] = [
    ("latency", ALL),
    ("network", ALL),
    ("error", ALL),
    ("hang", ALL),
    ("refuse", INNER),
    ("reset", ALL),
    ("slow-body", INNER),
    ("calls", CALLERS),
    ("burst", CALLERS),
    ("cache-miss", CALLERS),
    ("context-dropped", ALL),
    ("one-dialect", ALL),
    ("ids-64bit", ALL),
    ("sampling-anew", ALL),
    ("baggage-dropped", ALL),
    ("clock", ALL),
    ("logs-without-ids", ALL),
    ("exporter-blocked", ALL),
    ("spans-lost", ALL),
];

/// All cases, without their values: single faults, then pairs.
pub fn cases() -> Vec<Vec<Answer>> {
    let singles = singles().into_iter().map(|card| vec![card]);
    let all = singles.chain(pairs::pairs(&self::singles()));
    all.map(|cards| cards.iter().map(Card::answer).collect())
        .collect()
}

/// The case of a seed: the same each time.
pub fn draw(seed: u64) -> Case {
    let mut chance = fastrand::Rng::with_seed(seed);
    let singles = singles();
    let pairs = pairs::pairs(&singles);
    let cards = if chance.bool() {
        chance.choice(&singles).map(|card| vec![*card])
    } else {
        // A kind first, so that kinds with many neighbours are not all that is drawn.
        let kinds: Vec<&str> = SINGLES.iter().map(|(kind, _)| *kind).collect();
        let kind = chance.choice(kinds).unwrap_or_default();
        let of_kind: Vec<_> = pairs
            .iter()
            .filter(|pair| pair.iter().any(|card| card.kind == kind))
            .collect();
        let pair = chance.choice(of_kind).or_else(|| pairs.first());
        pair.cloned()
    };
    let is_pair = cards.as_ref().is_some_and(|cards| cards.len() > 1);
    let faults = cards
        .unwrap_or_default()
        .iter()
        .map(|card| card.drawn(&mut chance, is_pair))
        .collect();
    Case { faults }
}

fn singles() -> Vec<Card> {
    let cards = SINGLES
        .iter()
        .flat_map(|(kind, hops)| hops.iter().filter_map(|hop| Card::new(*hop, kind)));
    cards.collect()
}

/// A case with these faults, each as an answer to it.
#[cfg(test)]
pub(crate) fn case(faults: &[&str]) -> Case {
    let mut chance = fastrand::Rng::with_seed(0);
    let mut drawn = |text: &&str| {
        let answer: Answer = text.parse().unwrap();
        let card = Card::new(answer.hop, answer.kind).unwrap();
        card.drawn(&mut chance, true)
    };
    Case {
        faults: faults.iter().map(&mut drawn).collect(),
    }
}

#[cfg(test)]
mod tests;
