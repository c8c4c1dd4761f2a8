//! Classes of faults. Kinds that no trace tells apart are one class, and an answer with either is right.

use serde::Serialize;

use crate::hop::Hop;

/// Classes that the evidence can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The service is slow in its own work.
    OwnWork,
    /// The way to the service is long.
    Network,
    /// The service answers with an error.
    Error,
    /// The service never answers in time.
    NoAnswer,
    /// Nobody listens.
    Refused,
    /// The answer breaks off.
    BrokenOff,
    /// The body comes slowly.
    SlowBody,
    /// Calls wait for a place: a lock, a pool.
    PlaceWait,
    /// n calls instead of one, one after another.
    ManyCalls,
    /// n calls instead of one, at once.
    Burst,
    /// A failed call is made again and again.
    Retries,
    /// A cache that misses.
    CacheMiss,
    /// The context is lost, in every dialect.
    LostContext,
    /// One dialect alone is read.
    OneDialect,
    /// Half of the trace id is kept.
    IdsCut,
    /// Nothing is recorded from the service on.
    NotRecorded,
    /// The service's spans do not arrive.
    LostSpans,
    /// The request's values stay behind.
    LostBaggage,
    /// The clock is wrong.
    Clock,
    /// Log lines have no ids.
    LinesWithoutIds,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::OwnWork,
        Self::Network,
        Self::Error,
        Self::NoAnswer,
        Self::Refused,
        Self::BrokenOff,
        Self::SlowBody,
        Self::PlaceWait,
        Self::ManyCalls,
        Self::Burst,
        Self::Retries,
        Self::CacheMiss,
        Self::LostContext,
        Self::OneDialect,
        Self::IdsCut,
        Self::NotRecorded,
        Self::LostSpans,
        Self::LostBaggage,
        Self::Clock,
        Self::LinesWithoutIds,
    ];

    /// The class of a kind at a hop; nothing for a kind that is none.
    pub fn of(kind: &str, hop: Hop) -> Option<Self> {
        Some(match kind {
            // Nobody who is traced waits for the edge's body.
            "slow-body" if hop == Hop::Gateway => Self::OwnWork,
            // Behind the last hop is nobody whose spans could still come.
            "sampling-anew" if hop == Hop::Inventory => Self::LostSpans,
            "latency" => Self::OwnWork,
            "network" => Self::Network,
            "error" => Self::Error,
            "hang" => Self::NoAnswer,
            "refuse" | "crash" => Self::Refused,
            "reset" => Self::BrokenOff,
            "slow-body" => Self::SlowBody,
            "lock" | "pool" => Self::PlaceWait,
            "calls" => Self::ManyCalls,
            "burst" => Self::Burst,
            "retry-storm" => Self::Retries,
            "cache-miss" => Self::CacheMiss,
            "context-dropped" => Self::LostContext,
            "one-dialect" => Self::OneDialect,
            "ids-64bit" => Self::IdsCut,
            "sampling-anew" => Self::NotRecorded,
            "spans-lost" | "exporter-blocked" => Self::LostSpans,
            "baggage-dropped" => Self::LostBaggage,
            "clock" => Self::Clock,
            "logs-without-ids" => Self::LinesWithoutIds,
            _ => return None,
        })
    }

    /// The kinds of this class at a hop.
    pub fn kinds(self, hop: Hop) -> Vec<&'static str> {
        let names = faults::KINDS.iter().map(|entry| entry.name);
        names.filter(|kind| Self::of(kind, hop) == Some(self)).collect()
    }
}

/// Kinds of which no trace says which it was, and the hop where that is so; none where it is so at every hop that has them.
pub fn alike() -> Vec<(Vec<&'static str>, Option<Hop>)> {
    let mut all: Vec<(Vec<&'static str>, Option<Hop>)> = Vec::new();
    for class in Class::ALL {
        let kinds = |hop| class.kinds(hop);
        let common: Vec<&str> = kinds(Hop::Orders);
        if common.len() > 1 {
            all.push((common.clone(), None));
        }
        for hop in [Hop::Gateway, Hop::Inventory] {
            let here = kinds(hop);
            if here.len() > 1 && here != common {
                all.push((here, Some(hop)));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_class_and_every_class_a_kind() {
        for entry in &faults::KINDS {
            for hop in Hop::ALL {
                assert!(Class::of(entry.name, hop).is_some(), "{}", entry.name);
            }
        }
        for class in Class::ALL {
            assert!(!class.kinds(Hop::Orders).is_empty(), "{class:?}");
        }
        assert_eq!(Class::of("weather", Hop::Orders), None);
    }

    #[test]
    fn every_class_of_two_kinds_and_more_is_among_those_alike() {
        let alike = alike();
        for class in Class::ALL {
            for hop in Hop::ALL {
                let kinds = class.kinds(hop);
                let is_said = |at| alike.contains(&(kinds.clone(), at));
                assert_eq!(
                    kinds.len() > 1,
                    is_said(None) || is_said(Some(hop)),
                    "{class:?} at {hop}"
                );
            }
        }
    }

    #[test]
    fn kinds_that_no_trace_tells_apart_are_one_class() {
        assert_eq!(Class::PlaceWait.kinds(Hop::Orders), ["lock", "pool"]);
        assert_eq!(
            Class::LostSpans.kinds(Hop::Inventory),
            ["sampling-anew", "exporter-blocked", "spans-lost"]
        );
        assert_eq!(Class::NotRecorded.kinds(Hop::Orders), ["sampling-anew"]);
    }
}
