//! The evidence, added up by hop: times, what was found in how many requests, answers to knocks, lines.

use std::collections::{BTreeMap, BTreeSet};

use probe::{Context, HopSeen};
use zipkin::{
    Kind, Row, TraceId, Waterfall,
    analysis::{Beside, analyse_beside},
};

use crate::{
    class::Class,
    evidence::Evidence,
    hop::{Hop, LOAD},
};

/// Classes in one trace.
mod found;

/// All that is known of each hop.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Requests of the traffic.
    pub requests: usize,
    hops: [HopFacts; 3],
}

/// All that is known of one hop.
#[derive(Clone, Debug, Default)]
pub struct HopFacts {
    /// The time of its own work in a request, in microseconds, with the trace.
    pub own_us: Vec<(u64, TraceId)>,
    /// The time between its caller and itself.
    pub network_us: Vec<(u64, TraceId)>,
    /// Requests that show a class.
    pub found: BTreeMap<Class, BTreeSet<TraceId>>,
    /// Requests of the traffic in whose traces it has a span of its own.
    pub seen: BTreeSet<TraceId>,
    /// Of these spans, those that have the user.
    pub with_user: usize,
    /// All of its spans of requests.
    pub served: usize,
    /// The fate of the context, by dialect.
    pub contexts: Vec<(&'static str, Context)>,
    /// Whether it answered at all when it was asked alone.
    pub is_reached: bool,
    /// Its own span of a knock: none where none arrived.
    pub knock: Option<Knocked>,
    /// Log lines of requests, and those of them that have a trace id; none where nobody keeps lines.
    pub lines: Option<(usize, usize)>,
}

/// The span that a hop wrote of a knock.
#[derive(Clone, Copy, Debug)]
pub struct Knocked {
    /// It has the user of the baggage.
    pub has_user: bool,
    /// The hop's clock is so far ahead of ours, in microseconds.
    pub clock_us: i64,
}

impl Facts {
    /// Adds up.
    pub fn of(evidence: &Evidence) -> Self {
        let (traffic, others): (Vec<&Waterfall>, Vec<&Waterfall>) =
            evidence.traces.iter().partition(|trace| is_of_traffic(trace));
        let mut beside = Beside::default();
        beside.services = evidence.services.clone();
        beside.traces = others.iter().map(|trace| (*trace).clone()).collect();
        let mut facts = Self {
            requests: traffic.len(),
            hops: Hop::ALL.map(|hop| HopFacts::asked(hop, evidence)),
        };
        for trace in traffic {
            let alone = Beside::default();
            let is_whole = zipkin::analysis::unanswered(trace).is_empty();
            let known = if is_whole { &alone } else { &beside };
            facts.add(trace, &analyse_beside(trace, known));
        }
        // Halves of requests: their hops worked, too.
        for trace in others {
            facts.add(trace, &analyse_beside(trace, &Beside::default()));
        }
        facts
    }

    /// So many requests, and nothing known of any hop.
    #[cfg(test)]
    pub(crate) fn unknown(requests: usize) -> Self {
        let hops = Default::default();
        Self { requests, hops }
    }

    /// Facts about a hop.
    pub fn of_hop(&self, hop: Hop) -> &HopFacts {
        let [gateway, orders, inventory] = &self.hops;
        match hop {
            Hop::Gateway => gateway,
            Hop::Orders => orders,
            Hop::Inventory => inventory,
        }
    }

    fn add(&mut self, trace: &Waterfall, analysis: &zipkin::analysis::Analysis) {
        for (hop, class) in found::classes(trace, analysis) {
            self.hop(hop)
                .found
                .entry(class)
                .or_default()
                .insert(trace.trace_id);
        }
        let slow_bodies = found::slow_bodies(trace, analysis);
        let calls = zipkin::hops(trace);
        for hop in Hop::ALL {
            let mine = || calls.iter().filter(|call| call.callee == hop.name());
            let longest = |time: fn(&zipkin::Hop) -> Option<u64>| mine().filter_map(time).max();
            // A body that comes slowly keeps its reader waiting, not working.
            let waited = slow_bodies.get(&hop).copied().unwrap_or_default();
            let own = longest(|call| call.self_us).map(|own| own.saturating_sub(waited));
            let network = longest(|call| call.network_us);
            let id = trace.trace_id;
            let rows = trace.rows.iter().filter(|row| is_server(row, hop));
            let users = rows
                .clone()
                .filter(|row| row.span.tags.contains_key("userId"))
                .count();
            let facts = self.hop(hop);
            facts.own_us.extend(own.map(|own| (own, id)));
            facts.network_us.extend(network.map(|network| (network, id)));
            facts.served += rows.clone().count();
            facts.with_user += users;
            if rows.count() > 0 && is_of_traffic(trace) {
                facts.seen.insert(id);
            }
        }
    }

    pub(crate) fn hop(&mut self, hop: Hop) -> &mut HopFacts {
        let [gateway, orders, inventory] = &mut self.hops;
        match hop {
            Hop::Gateway => gateway,
            Hop::Orders => orders,
            Hop::Inventory => inventory,
        }
    }
}

impl HopFacts {
    fn asked(hop: Hop, evidence: &Evidence) -> Self {
        let mut facts = Self {
            lines: evidence.lines.as_ref().map(|lines| {
                // A line that carries values was written in a request.
                let mine = lines
                    .iter()
                    .filter(|line| line.service == hop.name() && !line.values.is_empty());
                (
                    mine.clone().count(),
                    mine.filter(|line| line.trace_id.is_some()).count(),
                )
            }),
            ..Self::default()
        };
        if let Some(seen) = evidence.asked.hops.get(hop.index()) {
            facts.take(seen);
        }
        facts
    }

    fn take(&mut self, seen: &HopSeen) {
        let knocks = || seen.knocks.iter();
        self.contexts = knocks()
            .map(|knock| (knock.dialect.name(), knock.context))
            .collect();
        self.is_reached = knocks().any(|knock| knock.ending.is_ok());
        self.knock = seen.span.as_ref().map(|span| Knocked {
            has_user: span.has_user,
            clock_us: span.clock_us,
        });
    }

    /// Dialects in which the context became this.
    pub fn dialects(&self, context: Context) -> Vec<&'static str> {
        let found = self.contexts.iter().filter(|(_, became)| *became == context);
        found.map(|(dialect, _)| *dialect).collect()
    }
}

pub(crate) fn is_server(row: &Row, hop: Hop) -> bool {
    row.kind == Some(Kind::Server) && row.service == hop.name()
}

fn is_of_traffic(trace: &Waterfall) -> bool {
    trace.services.iter().any(|service| service == LOAD)
}
