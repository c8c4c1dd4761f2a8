//! The network's two halves: the way to the server, and the way back.

use std::collections::HashMap;

use super::hop::Why;
use crate::{
    Row,
    analysis::{
        clocks::{Clock, Instance, TOLERANCE_US, ahead},
        kin::interval,
    },
};

/// At least, and at most so many microseconds.
pub(super) type Bounds = [u64; 2];

/// The bounds of what one clock is ahead of another, in microseconds.
type Offset = (i64, i64);

/// The bounds of clock offsets from all calls of a trace.
pub(super) struct Offsets<'a> {
    known: HashMap<(&'a str, &'a str), Offset>,
    /// The bounds from the calls of two instances, those of the first and those of the second: a pair has many calls.
    pairs: HashMap<[Instance<'a>; 2], [Option<Offset>; 2]>,
}

impl<'a> Offsets<'a> {
    pub(super) fn of(clocks: &'a [Clock]) -> Self {
        let pair = |clock: &'a Clock| {
            let names = (clock.caller.as_str(), clock.callee.as_str());
            (names, (clock.ahead_min_us, clock.ahead_max_us))
        };
        Self {
            known: clocks.iter().map(pair).collect(),
            pairs: HashMap::new(),
        }
    }

    /// The way there and the way back of a call that one server answered. A clock that is ahead takes from one what it gives to
    /// the other, so that each is as far from certain as the clocks are.
    pub(super) fn halves(&mut self, client: &'a Row, server: &'a Row) -> Result<[Bounds; 2], Why> {
        let (called, served) = (interval(client), interval(server));
        let own = ahead(called, served).ok_or(Why::NoTime)?;
        let (min, max) = self.narrowed(own, client, server)?;
        let (there, back) = (i128::from(own.1), -i128::from(own.0));
        let length = |time: i128| u64::try_from(time).unwrap_or_default();
        let (min, max) = (i128::from(min), i128::from(max));
        Ok([
            [length(there - max), length(there - min)],
            [length(back + min), length(back + max)],
        ])
    }

    /// The bounds that this call gives, narrowed by those of all calls between the two, in either direction.
    fn narrowed(&mut self, own: Offset, client: &'a Row, server: &'a Row) -> Result<Offset, Why> {
        let pair = [client, server].map(Instance::of);
        let known = &self.known;
        let [calls, back] = *self.pairs.entry(pair).or_insert_with(|| {
            let [caller, callee] = pair.map(|instance| instance.to_string());
            let known = |caller: &str, callee: &str| known.get(&(caller, callee)).copied();
            [known(&caller, &callee), known(&callee, &caller)]
        });
        let back = back.map(|(min, max)| (max.saturating_neg(), min.saturating_neg()));
        let narrow = |(min, max): Offset, (low, high): Offset| (min.max(low), max.min(high));
        let narrowed = calls.into_iter().chain(back).fold(own, narrow);
        match narrowed {
            (min, max) if min <= max => Ok(narrowed),
            // Clocks have a resolution: so close, one call is as good as all.
            (min, max) if min <= max.saturating_add_unsigned(TOLERANCE_US) => Ok(own),
            _ => Err(Why::Clocks),
        }
    }
}
