//! Two traces, or two sets of them, before and after: matched by position in the tree, and what made the difference.

use super::says::Sentence;
use crate::{Language, Waterfall};

/// Differences, in figures and words.
mod comparison;

/// The middle of many times, and how far it may be off.
mod median;

/// The times of one set of traces.
mod set;

/// The positions of all traces.
mod places;

pub use comparison::{Comparison, Position, Root};
use median::{error, median};
use places::{Place, Places};
use set::Set;

/// A difference is one from this part of the time before on, in a pair of single traces: one request differs from the
/// next without a reason.
const OF_ONE: f64 = 0.25;

/// And in sets of traces, which say themselves how much they vary.
const OF_MANY: f64 = 0.05;

/// Sets from this size on say how much they vary.
const MANY: usize = 3;

/// Compares traces before and after, root by root: a route that one side has more often differs in nothing. Nothing where one of the sets has no trace whose root says when it ran.
///
/// ```
/// let trace = |duration: u64| {
///     let span = format!(
///         r#"[{{"traceId":"1","id":"1","timestamp":5,"duration":{duration},"name":"get /",
///              "localEndpoint":{{"serviceName":"web"}}}}]"#
///     );
///     zipkin::waterfall(&zipkin::decode::list(span.as_bytes()).unwrap()).unwrap()
/// };
/// let comparison = zipkin::analysis::compare(&[trace(400)], &[trace(900)]).unwrap();
/// assert_eq!(
///     comparison.answer,
///     "web: own work in “get /”: 500 µs longer, 900 µs after 400 µs before."
/// );
/// ```
pub fn compare(before: &[Waterfall], after: &[Waterfall]) -> Option<Comparison> {
    let mut places = Places::default();
    let [before, after] = [before, after].map(|traces| {
        let mut set = Set::default();
        traces.iter().for_each(|trace| places.add(trace, &mut set));
        set
    });
    (!before.by_root.is_empty() && !after.by_root.is_empty()).then_some(())?;
    let roots = places
        .found
        .iter()
        .filter_map(|place| place.as_root(&before, &after));
    let mut roots: Vec<Root> = roots.collect();
    roots.sort_by_key(|root| std::cmp::Reverse((root.is_compared(), root.before + root.after)));
    let is_compared =
        |place: &Place| !before.wholes(place.root).is_empty() && !after.wholes(place.root).is_empty();
    places.found.retain(is_compared);
    let mut positions: Vec<Position> = places
        .found
        .iter()
        .map(|place| place.position(&before, &after))
        .collect();
    let guilty = guilty(&places.found, &positions, &before, &after);
    let is_alone = positions.is_empty();
    let said = match guilty.and_then(|place| positions.get_mut(place)) {
        Some(position) => {
            position.is_guilty = true;
            position.sentence()
        }
        None if is_alone => Sentence::OtherRoots,
        None => Sentence::NothingDiffers,
    };
    positions.sort_by_key(|position| std::cmp::Reverse(position.difference_us.unsigned_abs()));
    Some(Comparison {
        answer: said.text(Language::English),
        differs: guilty.is_some(),
        roots,
        positions,
        said,
    })
}

/// The place in the list of the largest difference, where it is larger than chance makes them.
fn guilty(places: &[Place], positions: &[Position], before: &Set, after: &Set) -> Option<usize> {
    let of = |(index, (place, position)): (usize, (&Place, &Position))| {
        let [one, other] = [before, after].map(|set| set.times(place.root, place.id));
        let is_many = one.len() >= MANY && other.len() >= MANY;
        let (part, chance) = if is_many {
            (OF_MANY, 4.0 * (error(&one) + error(&other)))
        } else {
            (OF_ONE, 0.0)
        };
        let whole = median(before.wholes(place.root)).unwrap_or_default() as f64;
        let difference = position.difference_us.unsigned_abs();
        (difference as f64 > (part * whole).max(chance)).then_some((difference, index))
    };
    let differing = places.iter().zip(positions).enumerate().filter_map(of);
    differing
        .max_by_key(|(difference, index)| (*difference, std::cmp::Reverse(*index)))
        .map(|(_, index)| index)
}

#[cfg(test)]
mod tests;
