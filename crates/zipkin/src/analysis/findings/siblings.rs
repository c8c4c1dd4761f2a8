//! Calls of one parent side by side: alike, tried again, one after another, waiting for a place.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, FindingKind};
use crate::{
    Kind, Row,
    analysis::{
        clocks::TOLERANCE_US,
        kin::{Interval, Kin, interval},
        says::Sentence,
    },
};

/// So many calls alike are one for each of a list's items.
const MANY: usize = 5;

/// Calls one after another are worth a word from this part of their parent's time on.
const WORTH_A_WORD: f64 = 0.5;

/// A call that has both its times.
#[derive(Clone, Copy)]
struct Call<'a> {
    index: usize,
    row: &'a Row,
    when: Interval,
    callee: &'a str,
}

pub(super) fn findings(kin: &Kin<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for parent in 0..kin.rows.len() {
        let calls = calls(kin, parent);
        if calls.len() < 2 {
            continue;
        }
        let mut single = Vec::new();
        for alike in alike(&calls) {
            let found = retries(&alike)
                .or_else(|| n_plus_one(&alike))
                .or_else(|| waits_for_a_place(kin, &alike));
            match found {
                Some(found) => findings.push(found),
                None => single.extend(alike),
            }
        }
        findings.extend(sequential(kin, parent, single));
    }
    findings
}

fn calls<'a>(kin: &Kin<'a>, parent: usize) -> Vec<Call<'a>> {
    let clients = kin
        .below(parent)
        .filter(|(_, row)| row.kind == Some(Kind::Client));
    let call = |(index, row)| {
        Some(Call {
            index,
            row,
            when: interval(row)?,
            callee: kin.callee(index),
        })
    };
    clients.filter_map(call).collect()
}

/// Calls of the same name to the same service, by start.
fn alike<'a>(calls: &[Call<'a>]) -> Vec<Vec<Call<'a>>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Call>> = BTreeMap::new();
    for call in calls {
        groups
            .entry((call.callee, &call.row.name))
            .or_default()
            .push(*call);
    }
    groups.into_values().collect()
}

fn retries(calls: &[Call<'_>]) -> Option<Finding> {
    let (last, earlier) = calls.split_last()?;
    let all_failed = !earlier.is_empty() && earlier.iter().all(|call| call.row.error.is_some());
    (all_failed && one_after_another(calls)).then_some(())?;
    let failures: Vec<&Call> = calls.iter().filter(|call| call.row.error.is_some()).collect();
    let cost = last.when.start - calls.first()?.when.start;
    let said = Sentence::Retries {
        callee: last.callee.to_owned(),
        tries: calls.len(),
        failures: failures.len(),
        timed_out: failures.iter().all(|call| timed_out(call.row)),
    };
    Some(found(FindingKind::Retries, cost, calls, said))
}

fn timed_out(row: &Row) -> bool {
    let text = row.error.as_deref().unwrap_or_default().to_lowercase();
    let words = ["timed out", "timeout", "time out", "deadline"];
    let status = row.span.tags.iter().find(|(key, _)| key.ends_with("status_code"));
    words.iter().any(|word| text.contains(word)) || status.is_some_and(|(_, status)| status == "504")
}

fn n_plus_one(calls: &[Call<'_>]) -> Option<Finding> {
    (calls.len() >= MANY && one_after_another(calls)).then_some(())?;
    let first = calls.first()?;
    let longest = calls.iter().map(|call| call.when.length()).max()?;
    let said = Sentence::NPlusOne {
        caller: first.row.service.clone(),
        callee: first.callee.to_owned(),
        count: calls.len(),
        took: micros(sum(calls)),
    };
    Some(found(FindingKind::NPlusOne, sum(calls) - longest, calls, said))
}

fn sequential(kin: &Kin<'_>, parent: usize, mut calls: Vec<Call<'_>>) -> Option<Finding> {
    calls.sort_by_key(|call| call.when.start);
    let whole = interval(kin.row(parent)?)?.length();
    let worth = sum(&calls) as f64 >= WORTH_A_WORD * whole as f64;
    (calls.len() >= 2 && worth && one_after_another(&calls)).then_some(())?;
    let longest = calls.iter().map(|call| call.when.length()).max()?;
    let saved = sum(&calls) - longest;
    // Less than a tenth is no reason to change a program.
    (saved * 10 >= whole).then_some(())?;
    let callees: BTreeSet<&str> = calls.iter().map(|call| call.callee).collect();
    let named = callees.iter().copied().filter(|callee| !callee.is_empty());
    let said = Sentence::Sequential {
        caller: calls.first()?.row.service.clone(),
        callees: named.map(str::to_owned).collect(),
        others: callees.contains(""),
        took: micros(sum(&calls)),
    };
    Some(found(FindingKind::Sequential, saved, &calls, said))
}

// Clients run at once, and their servers fewer at once: what the servers wait for, the clients wait for, too. The wait is
// measured against that of the shortest, so that a wrong clock does not count.
fn waits_for_a_place(kin: &Kin<'_>, calls: &[Call<'_>]) -> Option<Finding> {
    let servers: Vec<Interval> = calls
        .iter()
        .filter_map(|call| interval(kin.only_server(call.index)?.1))
        .collect();
    (calls.len() >= 3 && servers.len() == calls.len()).then_some(())?;
    let places = at_once(servers.iter().copied());
    (places < at_once(calls.iter().map(|call| call.when))).then_some(())?;
    let waits: Vec<i128> = calls
        .iter()
        .zip(&servers)
        .map(|(call, server)| server.start - call.when.start)
        .collect();
    let least = *waits.iter().min()?;
    let waits: Vec<i128> = waits.iter().map(|wait| wait - least).collect();
    let longest = *waits.iter().max()?;
    let shortest_server = servers.iter().map(|server| server.length()).min()?;
    // A call that waits for a place waits about as long as another has one.
    (longest * 2 >= shortest_server && longest > TOLERANCE_US.into()).then_some(())?;
    let waiting = waits.iter().filter(|&&wait| wait * 2 >= shortest_server).count();
    let said = Sentence::PlaceWait {
        waiting,
        calls: calls.len(),
        callee: calls.first()?.callee.to_owned(),
        longest: micros(longest),
        places,
    };
    Some(found(FindingKind::PlaceWait, longest, calls, said))
}

/// The most intervals that share a moment.
fn at_once(intervals: impl Iterator<Item = Interval>) -> usize {
    let mut events: Vec<(i128, isize)> = intervals
        .flat_map(|each| [(each.start, 1), (each.end, -1)])
        .collect();
    // Intervals that touch do not overlap: the end comes first.
    events.sort_unstable();
    let (mut now, mut most) = (0_isize, 0);
    for (_, change) in events {
        now += change;
        most = most.max(now);
    }
    most.unsigned_abs()
}

fn one_after_another(calls: &[Call<'_>]) -> bool {
    let pairs = calls.iter().zip(calls.iter().skip(1));
    pairs.into_iter().all(|(call, next)| {
        call.when.end <= next.when.start + i128::from(TOLERANCE_US.min(micros(call.when.length()) / 100))
    })
}

fn sum(calls: &[Call<'_>]) -> i128 {
    calls.iter().map(|call| call.when.length()).sum()
}

fn found(kind: FindingKind, cost: i128, calls: &[Call<'_>], said: Sentence) -> Finding {
    Finding::new(kind, micros(cost), calls.iter().map(|call| call.row), said)
}

fn micros(time: i128) -> u64 {
    u64::try_from(time).unwrap_or_default()
}
