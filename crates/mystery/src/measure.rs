//! The degree to which the evidence shows a class at a hop: the figures, whatever they say.

use probe::Context;
use serde::Serialize;
use zipkin::TraceId;

use crate::{
    class::Class,
    facts::{Facts, HopFacts},
    hop::Hop,
};

/// The reason why figures do not show a class.
mod reason;

pub use reason::Reason;

/// Figures of one class at one hop.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measure {
    /// The hop.
    pub hop: Hop,
    /// The class.
    pub class: Class,
    /// Requests, knocks or lines that show it.
    pub shows: usize,
    /// All of them.
    pub of: usize,
    /// The time in the middle, in microseconds; for a clock, how far it is ahead, or behind where it is below zero.
    pub typical_us: Option<i64>,
    /// The longest.
    pub longest_us: Option<i64>,
    /// A dialect that is not read.
    #[serde(skip)]
    pub dialects: Vec<&'static str>,
    /// A trace that shows it best.
    #[serde(serialize_with = "as_text")]
    pub trace_id: Option<TraceId>,
    /// Whether it is there, by rule.
    pub is_shown: bool,
    /// The reason why it is not, where the figures alone would say that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Own work or a way that takes longer is a fault. Ours takes one to five milliseconds, and the deck's faults 120 and more.
const SLOW_US: u64 = 110_000;

/// A clock that is off by less is taken for right.
const CLOCK_US: i64 = 100_000;

/// So many lines are enough to say that none has ids.
const LINES: usize = 3;

/// Measures a class at a hop.
pub fn measure(facts: &Facts, hop: Hop, class: Class) -> Measure {
    let own = facts.of_hop(hop);
    let measure = Measure {
        hop,
        class,
        shows: 0,
        of: facts.requests,
        typical_us: None,
        longest_us: None,
        dialects: Vec::new(),
        trace_id: None,
        is_shown: false,
        reason: None,
    };
    let measure = match class {
        Class::OwnWork => measure.of_times(&own.own_us),
        Class::Network => measure.of_times(&own.network_us),
        Class::LostContext => measure.of_dialects(own, Context::Lost, |lost, all| lost == all),
        Class::OneDialect => measure.of_dialects(own, Context::Lost, |lost, all| lost < all),
        Class::IdsCut => measure.of_dialects(own, Context::Halved, |_, _| true),
        Class::NotRecorded => measure.of_spans(facts, false),
        Class::LostSpans => measure.of_spans(facts, true),
        Class::LostBaggage => measure.of_baggage(facts),
        Class::Clock => measure.of_clock(own),
        Class::LinesWithoutIds => measure.of_lines(own),
        _ => measure.of_found(own),
    };
    let is_in_doubt = measure.shows > 0 && !measure.is_shown;
    let reason = || reason::reason(hop, class, measure.is_often(), facts);
    Measure {
        reason: is_in_doubt.then(reason).flatten(),
        ..measure
    }
}

impl Measure {
    /// A share of requests that chance alone does not reach.
    fn is_often(&self) -> bool {
        self.shows >= 2 && self.shows * 100 >= self.of * 15
    }

    fn of_times(mut self, times: &[(u64, TraceId)]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        let signed = |time: &(u64, TraceId)| i64::try_from(time.0).ok();
        self.of = sorted.len();
        self.shows = sorted.iter().filter(|(time, _)| *time >= SLOW_US).count();
        self.typical_us = sorted.get(sorted.len() / 2).and_then(signed);
        self.longest_us = sorted.last().and_then(signed);
        // The one in the middle of those that show it.
        let shown = sorted.len().saturating_sub(self.shows.div_ceil(2));
        self.trace_id = sorted.get(shown).or(sorted.last()).map(|(_, id)| *id);
        self.is_shown = self.is_often();
        self
    }

    fn of_found(mut self, own: &HopFacts) -> Self {
        let found = own.found.get(&self.class);
        self.shows = found.map_or(0, |found| found.len());
        self.trace_id = found.and_then(|found| found.last().copied());
        self.is_shown = self.is_often();
        self
    }

    fn of_dialects(mut self, own: &HopFacts, became: Context, is_it: fn(usize, usize) -> bool) -> Self {
        self.dialects = own.dialects(became);
        let known = own
            .contexts
            .iter()
            .filter(|(_, context)| *context != Context::Unknown);
        (self.shows, self.of) = (self.dialects.len(), known.count());
        self.trace_id = own.seen.last().copied();
        self.is_shown = self.shows > 0 && is_it(self.shows, self.of);
        self
    }

    /// A hop whose spans of knocks do not arrive. Where the hop behind it is in the traffic's traces, its spans alone are lost; where
    /// that is missing, too, the hop told it not to record.
    fn of_spans(mut self, facts: &Facts, is_lost: bool) -> Self {
        let own = facts.of_hop(self.hop);
        self.shows = self.of.saturating_sub(own.seen.len());
        let is_next_seen = self
            .hop
            .next()
            .is_none_or(|next| !facts.of_hop(next).seen.is_empty());
        let is_missing = own.is_reached && own.knock.is_none() && self.is_often();
        self.is_shown = is_missing && is_next_seen == is_lost;
        self.trace_id = Hop::ALL
            .iter()
            .rev()
            .find_map(|hop| facts.of_hop(*hop).seen.last().copied());
        self
    }

    /// A hop that takes no user when it is asked alone. The edge makes the user up itself: it is measured by the next hop, which would
    /// take one.
    fn of_baggage(mut self, facts: &Facts) -> Self {
        let own = facts.of_hop(self.hop);
        let is_edge = self.hop == Hop::Gateway;
        let taker = match self.hop.next().filter(|_| is_edge) {
            Some(next) => facts.of_hop(next),
            None => own,
        };
        (self.shows, self.of) = (taker.served.saturating_sub(taker.with_user), taker.served);
        self.trace_id = taker.seen.last().copied();
        let takes = taker.knock.map(|knock| knock.has_user);
        self.is_shown = match is_edge {
            true => self.is_often() && takes == Some(true),
            false => takes == Some(false),
        };
        self
    }

    fn of_clock(mut self, own: &HopFacts) -> Self {
        self.typical_us = own.knock.map(|knock| knock.clock_us);
        self.trace_id = own.seen.last().copied();
        self.is_shown = own.knock.is_some_and(|knock| knock.clock_us.abs() >= CLOCK_US);
        (self.shows, self.of) = (usize::from(self.is_shown), usize::from(own.knock.is_some()));
        self
    }

    fn of_lines(mut self, own: &HopFacts) -> Self {
        let (all, with_ids) = own.lines.unwrap_or_default();
        (self.shows, self.of) = (all - with_ids, all);
        self.trace_id = own.seen.last().copied();
        self.is_shown = all >= LINES && with_ids == 0;
        self
    }
}

fn as_text<S: serde::Serializer>(id: &Option<TraceId>, serializer: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => serializer.collect_str(id),
        None => serializer.serialize_none(),
    }
}
