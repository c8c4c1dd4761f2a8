//! Pairs of faults at two hops, of which neither hides the other.

use super::card::Card;
use crate::hop::Hop;

/// The effect of a fault on the trace of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It takes longer.
    Slower,
    /// A body keeps its reader waiting.
    SlowBody,
    /// It has more spans.
    More,
    /// It ends at this hop.
    Ends,
    /// It is whole; clocks, headers or lines are wrong.
    Beside,
    /// It is whole; values are missing from this hop on.
    Values,
    /// Spans from this hop on are elsewhere or missing.
    Splits,
}

use Effect::{Beside, Ends, More, SlowBody, Slower, Splits, Values};

/// Pairs of the second of which nothing would show without the first.
const TOGETHER: [[&str; 2]; 4] = [
    ["burst", "lock"],
    ["burst", "pool"],
    ["retry-storm", "error"],
    ["retry-storm", "refuse"],
];

/// All of them, the outer fault first.
pub(super) fn pairs(singles: &[Card]) -> Vec<Vec<Card>> {
    let mut pairs = Vec::new();
    for [outer, inner] in TOGETHER {
        for hop in [Hop::Gateway, Hop::Orders] {
            let next = hop.next().and_then(|next| Card::new(next, inner));
            pairs.extend(
                Card::new(hop, outer)
                    .zip(next)
                    .map(|(outer, inner)| vec![outer, inner]),
            );
        }
    }
    for outer in singles {
        let inner = singles.iter().filter(|inner| outer.hop < inner.hop);
        let inner = inner.filter(|inner| outer.kind != inner.kind || outer.kind == "latency");
        pairs.extend(
            inner
                .filter(|inner| both_show(outer, inner))
                .map(|inner| vec![*outer, *inner]),
        );
    }
    pairs
}

/// Whether the trace shows both. A request that ends at a hop says nothing of the hops behind it; a trace that splits at a hop says
/// how long the way there was, and no more of the rest.
fn both_show(outer: &Card, inner: &Card) -> bool {
    let is_cache = |card: &Card| card.kind == "cache-miss";
    match (effect(outer), effect(inner)) {
        (Slower, Slower | Ends | Splits) => true,
        (More, Slower) | (Slower, More) => is_cache(outer) || is_cache(inner),
        (Slower | SlowBody | More, Beside | Values) | (Beside | Values, Slower | SlowBody | More) => true,
        (Beside, Beside | Values | Ends) => true,
        // Lines without values are those of no request.
        (Values, Beside) => inner.kind != "logs-without-ids",
        (Beside, Splits) | (Splits, Beside) => ![outer.kind, inner.kind].contains(&"one-dialect"),
        _ => false,
    }
}

fn effect(card: &Card) -> Effect {
    match card.kind {
        "latency" | "network" => Slower,
        "slow-body" => SlowBody,
        "calls" | "burst" | "cache-miss" | "retry-storm" | "lock" | "pool" => More,
        "error" | "hang" | "refuse" | "reset" => Ends,
        "baggage-dropped" => Values,
        "clock" | "logs-without-ids" | "one-dialect" => Beside,
        _ => Splits,
    }
}
