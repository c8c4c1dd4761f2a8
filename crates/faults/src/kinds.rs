//! The kinds by name, in the order of the rooms.

use crate::{
    context::{baggage_dropped, context_dropped, ids_64bit, one_dialect, sampling_anew},
    kind::Entry,
    next_hop::{burst, cache_miss, calls, retry_storm},
    server::{crash, error, hang, latency, lock, network, pool, refuse, reset, slow_body},
    signals::{clock, exporter_blocked, logs_without_ids, spans_lost},
};

/// All kinds.
pub static KINDS: [Entry; 23] = [
    latency::LATENCY,
    network::NETWORK,
    error::ERROR,
    hang::HANG,
    refuse::REFUSE,
    reset::RESET,
    slow_body::SLOW_BODY,
    lock::LOCK,
    pool::POOL,
    crash::CRASH,
    calls::CALLS,
    burst::BURST,
    retry_storm::RETRY_STORM,
    cache_miss::CACHE_MISS,
    context_dropped::CONTEXT_DROPPED,
    one_dialect::ONE_DIALECT,
    ids_64bit::IDS_64BIT,
    sampling_anew::SAMPLING_ANEW,
    baggage_dropped::BAGGAGE_DROPPED,
    clock::CLOCK,
    logs_without_ids::LOGS_WITHOUT_IDS,
    exporter_blocked::EXPORTER_BLOCKED,
    spans_lost::SPANS_LOST,
];

/// The kind of this name.
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    KINDS.iter().find(|entry| entry.name == name)
}

/// The kind whose name is nearest, for one who has mistyped it.
pub fn near(name: &str) -> Option<&'static str> {
    let begins = KINDS
        .iter()
        .find(|entry| name.len() > 2 && entry.name.starts_with(name));
    let nearest = || KINDS.iter().min_by_key(|entry| distance(name, entry.name));
    let near = begins.or_else(|| nearest().filter(|entry| distance(name, entry.name) <= 2));
    near.map(|entry| entry.name)
}

/// Letters to insert, remove or replace.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.bytes().enumerate() {
        let mut above = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (old, byte) in row.iter().skip(1).zip(other.bytes()) {
            left = (above + usize::from(byte != letter)).min(left + 1).min(old + 1);
            above = *old;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_kind_is_guessed() {
        for (typed, meant) in [
            ("latancy", Some("latency")),
            ("laten", Some("latency")),
            ("cache", Some("cache-miss")),
            ("erorr", Some("error")),
            ("x", None),
            ("weather", None),
        ] {
            assert_eq!(near(typed), meant, "{typed}");
        }
    }

    #[test]
    fn every_kind_takes_the_value_that_it_shows() {
        for entry in &KINDS {
            let value = Some(entry.value).filter(|value| !value.is_empty());
            let kind = (entry.read)(value).unwrap();
            if let Some(value) = value {
                let shown = kind.to_string();
                assert!(
                    (entry.read)(shown.strip_prefix('=')).is_ok(),
                    "{}: {value} {shown}",
                    entry.name
                );
            } else {
                assert_eq!((entry.read)(Some("1")), Err("no value"), "{}", entry.name);
            }
        }
    }
}
