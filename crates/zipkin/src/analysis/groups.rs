//! The hops of a trace, those of one caller, callee and name together, each with its share of the critical path.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    critical::Segment,
    hops::{Hop, Reasons, Why, caller_or_why},
    kin::Kin,
};
use crate::{Kind, Language};

/// All calls of one caller to one callee by one name. Figures are sums, in microseconds, and missing where one of the
/// calls lacks its own. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HopGroup {
    /// The service that calls; none where neither it nor the one that is called says.
    pub caller: Option<String>,
    /// Whether the calls have no parent id.
    pub from_outside: bool,
    /// The service that is called; empty where nobody says.
    pub callee: String,
    /// The name of the call.
    pub name: String,
    /// The number of calls.
    pub count: usize,
    /// The time that the clients waited.
    pub client_us: Option<u64>,
    /// The time that the servers took.
    pub server_us: Option<u64>,
    /// The time between the two.
    pub network_us: Option<u64>,
    /// At least and at most what of it was on the way there.
    pub request_us: Option<[u64; 2]>,
    /// And on the way back.
    pub response_us: Option<[u64; 2]>,
    /// The servers' own work.
    pub self_us: Option<u64>,
    /// The longest of the calls, by its client's wait, or its server's time where that is not known.
    pub longest_us: Option<u64>,
    /// The part of the critical path in these calls, and in nothing that they called.
    pub critical_us: u64,
    /// The same as a part of the whole path, from 0 to 1; the shares of all hops add up to 1 at most.
    pub critical_share: f64,
    /// Whether one of the calls failed.
    pub error: bool,
    /// The number of calls that failed.
    pub errors: usize,
    /// Why a figure is missing.
    pub why: Reasons,
}

impl HopGroup {
    /// The caller, or the reason that it is not known, in words.
    pub fn caller_or_why(&self) -> &str {
        self.caller_or_why_in(Language::English)
    }

    /// The same in a language.
    pub fn caller_or_why_in(&self, language: Language) -> &str {
        caller_or_why(self.caller.as_deref(), self.from_outside, language)
    }

    fn of(hop: &Hop<'_>) -> Self {
        Self {
            caller: hop.caller.map(str::to_owned),
            from_outside: hop.from_outside,
            callee: hop.callee.to_owned(),
            name: hop.name.to_owned(),
            count: 0,
            client_us: Some(0),
            server_us: Some(0),
            network_us: Some(0),
            request_us: Some([0, 0]),
            response_us: Some([0, 0]),
            self_us: Some(0),
            longest_us: None,
            critical_us: 0,
            critical_share: 0.0,
            error: false,
            errors: 0,
            why: Reasons::default(),
        }
    }

    fn add(&mut self, hop: &Hop<'_>) {
        let sum = |one: Option<u64>, other: Option<u64>| one?.checked_add(other?);
        let sums = |one: Option<[u64; 2]>, other: Option<[u64; 2]>| {
            let ([low, high], [lower, higher]) = (one?, other?);
            Some([low.checked_add(lower)?, high.checked_add(higher)?])
        };
        self.count += 1;
        self.client_us = sum(self.client_us, hop.client_us);
        self.server_us = sum(self.server_us, hop.server_us);
        self.network_us = sum(self.network_us, hop.network_us);
        self.request_us = sums(self.request_us, hop.request_us);
        self.response_us = sums(self.response_us, hop.response_us);
        self.self_us = sum(self.self_us, hop.self_us);
        self.longest_us = self.longest_us.max(hop.client_us.or(hop.server_us));
        self.error |= hop.error;
        self.errors += usize::from(hop.error);
        let first = |one: Option<Why>, other: Option<Why>| one.or(other);
        self.why = Reasons {
            client_us: first(self.why.client_us, hop.why.client_us),
            server_us: first(self.why.server_us, hop.why.server_us),
            network_us: first(self.why.network_us, hop.why.network_us),
            request_us: first(self.why.request_us, hop.why.request_us),
            response_us: first(self.why.response_us, hop.why.response_us),
            self_us: first(self.why.self_us, hop.why.self_us),
        };
    }
}

/// In the order of the first call of each group.
pub(super) fn groups(hops: &[Hop<'_>], kin: &Kin<'_>, path: &[Segment]) -> Vec<HopGroup> {
    let mut groups: Vec<HopGroup> = Vec::new();
    let mut by_call = HashMap::new();
    let mut of_hop = Vec::with_capacity(hops.len());
    for hop in hops {
        let call = (hop.caller, hop.from_outside, hop.callee, hop.name);
        let group = *by_call.entry(call).or_insert_with(|| {
            groups.push(HopGroup::of(hop));
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(group) {
            group.add(hop);
        }
        of_hop.push(group);
    }
    let whole: u64 = path.iter().map(|segment| segment.duration_us).sum();
    let hop_of = hop_of_each_row(hops, kin);
    for segment in path {
        let hop = hop_of.get(segment.row).copied().flatten();
        let group = hop
            .and_then(|hop| of_hop.get(hop))
            .and_then(|&group| groups.get_mut(group));
        if let Some(group) = group {
            group.critical_us += segment.duration_us;
            group.critical_share = group.critical_us as f64 / whole as f64;
        }
    }
    groups
}

/// The hop that each row is part of: a client of the call that it makes, local work of the server around it.
pub(super) fn hop_of_each_row(hops: &[Hop<'_>], kin: &Kin<'_>) -> Vec<Option<usize>> {
    let mut hop_of = vec![None; kin.rows.len()];
    for (index, hop) in hops.iter().enumerate() {
        let client = kin.row(hop.row).and_then(|row| row.parent);
        let client =
            client.filter(|&client| kin.row(client).is_some_and(|row| row.kind == Some(Kind::Client)));
        for row in [Some(hop.row), client].into_iter().flatten() {
            if let Some(place) = hop_of.get_mut(row) {
                *place = place.or(Some(index));
            }
        }
    }
    for (index, row) in kin.rows.iter().enumerate() {
        let around = row
            .parent
            .and_then(|parent| hop_of.get(parent).copied().flatten());
        if let Some(place) = hop_of.get_mut(index) {
            *place = place.or(around);
        }
    }
    hop_of
}

#[cfg(test)]
mod tests;
