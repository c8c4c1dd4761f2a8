//! Two traces, or two sets of them, before and after: matched by position in the tree, and what made the difference.

use std::collections::HashMap;

use serde::Serialize;

use super::{critical, kin::Kin};
use crate::{Kind, Row, Waterfall, words};

/// What differs between two sets of traces. Figures are medians, in microseconds. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparison {
    /// What made the difference, as a sentence; or that nothing did.
    pub answer: String,
    /// Whether something did.
    pub differs: bool,
    /// How long the first root took before.
    pub before_us: u64,
    /// How long it took after.
    pub after_us: u64,
    /// Each position of the tree, the largest difference first.
    pub positions: Vec<Position>,
}

/// One position in the trees: a span below the same ancestors. Its time is its own on the critical path, so that the
/// times of all positions of a trace add up to its root's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// What its time was spent on, in words.
    pub what: String,
    /// The service that recorded the spans.
    pub service: String,
    /// Their name.
    pub name: String,
    /// How many ancestors it has.
    pub depth: usize,
    /// Its time before; none where no trace had it.
    pub before_us: Option<u64>,
    /// Its time after; none where no trace has it.
    pub after_us: Option<u64>,
    /// After minus before.
    pub difference_us: i64,
}

/// A difference is one from this part of the time before on, in a pair of single traces: one request differs from the
/// next without a reason.
const OF_ONE: f64 = 0.25;

/// And in sets of traces, which say themselves how much they vary.
const OF_MANY: f64 = 0.05;

/// Sets from this size on say how much they vary.
const MANY: usize = 3;

/// Compares traces before and after; nothing where one of the sets has no trace whose root says when it ran.
pub fn compare(before: &[Waterfall], after: &[Waterfall]) -> Option<Comparison> {
    let mut places = Places::default();
    let [before, after] = [before, after].map(|traces| {
        let mut set = Set::default();
        traces.iter().for_each(|trace| places.add(trace, &mut set));
        set
    });
    let (before_us, after_us) = (median(&before.wholes)?, median(&after.wholes)?);
    let mut positions: Vec<Position> = places
        .found
        .iter()
        .map(|place| place.position(&before, &after))
        .collect();
    let guilty = guilty(&places.found, &positions, &before, &after);
    let answer = guilty.and_then(|place| positions.get(place)).map_or_else(
        || "No position differs by more than the traces do among themselves.".to_owned(),
        |position| position.sentence(),
    );
    positions.sort_by_key(|position| std::cmp::Reverse(position.difference_us.unsigned_abs()));
    Some(Comparison {
        answer,
        differs: guilty.is_some(),
        before_us,
        after_us,
        positions,
    })
}

/// The largest difference, where it is larger than chance makes them.
fn guilty(places: &[Place], positions: &[Position], before: &Set, after: &Set) -> Option<usize> {
    let of = |(place, position): (&Place, &Position)| {
        let (one, other) = (before.times(place.id), after.times(place.id));
        let is_many = one.len() >= MANY && other.len() >= MANY;
        let (part, chance) = if is_many {
            (OF_MANY, 4.0 * (error(&one) + error(&other)))
        } else {
            (OF_ONE, 0.0)
        };
        let whole = median(&before.wholes).unwrap_or_default() as f64;
        let difference = position.difference_us.unsigned_abs();
        (difference as f64 > (part * whole).max(chance)).then_some((difference, place.id))
    };
    let differing = places.iter().zip(positions).filter_map(of);
    differing
        .max_by_key(|(difference, id)| (*difference, std::cmp::Reverse(*id)))
        .map(|(_, id)| id)
}

/// How far the median of a set may be off: the median deviation of normal values, by the root of their number.
fn error(times: &[u64]) -> f64 {
    let middle = median(times).unwrap_or_default();
    let deviations: Vec<u64> = times.iter().map(|time| time.abs_diff(middle)).collect();
    1.4826 * 1.2533 * median(&deviations).unwrap_or_default() as f64 / (times.len().max(1) as f64).sqrt()
}

fn median(values: &[u64]) -> Option<u64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// The positions of all traces.
#[derive(Default)]
struct Places {
    ids: HashMap<(Option<usize>, String, Option<Kind>, String), usize>,
    found: Vec<Place>,
}

struct Place {
    id: usize,
    what: String,
    service: String,
    name: String,
    depth: usize,
}

/// The times of one set of traces.
#[derive(Default)]
struct Set {
    /// Of each trace.
    wholes: Vec<u64>,
    /// Of each position, one for each trace that has it.
    by_place: HashMap<usize, Vec<u64>>,
}

impl Places {
    fn add(&mut self, trace: &Waterfall, set: &mut Set) {
        let kin = Kin::of(trace);
        let path = critical::walk(&kin);
        if path.is_empty() {
            return;
        }
        let mut place_of: Vec<usize> = Vec::with_capacity(kin.rows.len());
        for (index, row) in kin.rows.iter().enumerate() {
            let above = row.parent.and_then(|parent| place_of.get(parent).copied());
            place_of.push(self.place(&kin, index, row, above));
        }
        let mut times: HashMap<usize, u64> = place_of.iter().map(|&place| (place, 0)).collect();
        for segment in &path {
            if let Some(time) = place_of.get(segment.row).and_then(|place| times.get_mut(place)) {
                *time += segment.duration_us;
            }
        }
        set.wholes
            .push(path.iter().map(|segment| segment.duration_us).sum());
        for (place, time) in times {
            set.by_place.entry(place).or_default().push(time);
        }
    }

    fn place(&mut self, kin: &Kin<'_>, index: usize, row: &Row, above: Option<usize>) -> usize {
        let key = (above, row.service.clone(), row.kind, row.name.clone());
        let next = self.found.len();
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.found.push(Place {
                id,
                what: what(kin, index, row),
                service: row.service.clone(),
                name: row.name.clone(),
                depth: row.depth,
            });
        }
        id
    }
}

fn what(kin: &Kin<'_>, index: usize, row: &Row) -> String {
    let name = |service| words::or(service, words::NO_SERVICE);
    let service = name(&row.service);
    if row.kind != Some(Kind::Client) {
        return format!(
            "{service}: own work in “{}”",
            words::or(&row.name, words::NO_NAME)
        );
    }
    let server = kin.below(index).find(|(_, row)| row.kind == Some(Kind::Server));
    match server {
        Some((_, server)) => format!("network between {service} and {}", name(&server.service)),
        None => format!(
            "{service} waiting for {}",
            words::or(row.span.remote_service().unwrap_or_default(), "a call")
        ),
    }
}

impl Set {
    /// One time for each trace: zero for those that do not have the position.
    fn times(&self, place: usize) -> Vec<u64> {
        let mut times = self.by_place.get(&place).cloned().unwrap_or_default();
        times.resize(self.wholes.len().max(times.len()), 0);
        times
    }

    fn median(&self, place: usize) -> Option<u64> {
        self.by_place
            .contains_key(&place)
            .then(|| median(&self.times(place)))?
    }
}

impl Place {
    fn position(&self, before: &Set, after: &Set) -> Position {
        let (before_us, after_us) = (before.median(self.id), after.median(self.id));
        let signed = |time: Option<u64>| i64::try_from(time.unwrap_or_default()).unwrap_or(i64::MAX);
        Position {
            what: self.what.clone(),
            service: self.service.clone(),
            name: self.name.clone(),
            depth: self.depth,
            before_us,
            after_us,
            difference_us: signed(after_us) - signed(before_us),
        }
    }
}

impl Position {
    fn sentence(&self) -> String {
        let difference = words::duration(self.difference_us.unsigned_abs());
        let direction = if self.difference_us > 0 {
            "longer"
        } else {
            "shorter"
        };
        let [before, after] = [self.before_us, self.after_us].map(|time| time.map(words::duration));
        match (before, after) {
            (None, Some(after)) => format!("{}: {after}, and was not there before.", self.what),
            (Some(before), None) => format!("{}: took {before}, and is not there any more.", self.what),
            (before, after) => format!(
                "{}: {difference} {direction}, {} after {} before.",
                self.what,
                after.unwrap_or_default(),
                before.unwrap_or_default()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, waterfall};

    fn chain(network: u64, work: u64, extra: &[&str]) -> Waterfall {
        let call = 2 * network + work;
        let lines = [
            format!("1 - SERVER web - @1000+{}", 200 + call),
            format!("2 1 CLIENT web app @1100+{call}"),
            format!("3 2 SERVER app - @{}+{work}", 1100 + network),
        ];
        let lines: Vec<&str> = lines
            .iter()
            .map(String::as_str)
            .chain(extra.iter().copied())
            .collect();
        waterfall(&trace(&lines)).unwrap()
    }

    fn said(before: &Waterfall, after: &Waterfall) -> String {
        compare(std::slice::from_ref(before), std::slice::from_ref(after))
            .unwrap()
            .answer
    }

    #[test]
    fn the_guilty_position_is_named() {
        let before = chain(50, 400, &[]);
        for (after, answer) in [
            (
                chain(50, 400, &[]),
                "No position differs by more than the traces do among themselves.",
            ),
            (
                chain(55, 420, &[]),
                "No position differs by more than the traces do among themselves.",
            ),
            (
                chain(50, 900, &[]),
                "app: own work in “no name”: 500 µs longer, 900 µs after 400 µs before.",
            ),
            (
                chain(300, 400, &[]),
                "network between web and app: 500 µs longer, 600 µs after 100 µs before.",
            ),
            (
                chain(50, 40, &[]),
                "app: own work in “no name”: 360 µs shorter, 40 µs after 400 µs before.",
            ),
            (
                chain(50, 400, &["4 3 CLIENT app db @1160+300"]),
                "app: own work in “no name”: 300 µs shorter, 100 µs after 400 µs before.",
            ),
        ] {
            assert_eq!(said(&before, &after), answer);
        }
    }

    #[test]
    fn positions_that_one_set_lacks_are_not_zero() {
        let comparison = compare(
            &[chain(50, 400, &[])],
            &[chain(50, 900, &["4 3 CLIENT app db @1160+300"])],
        )
        .unwrap();
        let found = comparison
            .positions
            .iter()
            .find(|position| position.what == "app waiting for db")
            .unwrap();
        assert_eq!(
            (found.before_us, found.after_us, found.difference_us),
            (None, Some(300), 300)
        );
    }

    #[test]
    fn sets_say_themselves_how_much_they_vary() {
        let set = |works: &[u64]| works.iter().map(|&work| chain(50, work, &[])).collect::<Vec<_>>();
        let noisy = set(&[200, 400, 600, 800, 1000, 400, 600]);
        assert!(
            !compare(&noisy, &set(&[300, 500, 700, 900, 900, 500, 600]))
                .unwrap()
                .differs
        );
        let steady = set(&[400, 402, 398, 401, 400, 399, 400]);
        let slower = compare(&steady, &set(&[460, 462, 458, 461, 460, 459, 460])).unwrap();
        assert_eq!(
            slower.answer,
            "app: own work in “no name”: 60 µs longer, 460 µs after 400 µs before."
        );
        assert_eq!(compare(&steady, &[]), None);
    }
}
