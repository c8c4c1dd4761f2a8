//! The distance between the clocks of two instances of services, as far as calls between them bound it.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    net::IpAddr,
};

use serde::Serialize;

use super::{
    kin::{Interval, Kin, interval},
    says::{Apart, Sentence},
};
use crate::{Language, Row, times::CLOCK_TOLERANCE_US};

/// The bounds of what one clock is ahead of another, from both ends of each call between two instances: the server
/// cannot have begun before its client, nor ended after it. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Clock {
    /// The instance whose calls bound it: `gateway`, or `gateway 10.0.0.1:8081` where it says its address.
    pub caller: String,
    /// The instance whose clock it is.
    pub callee: String,
    /// The callee's clock is ahead of the caller's by at least so many microseconds; behind it where negative.
    pub ahead_min_us: i64,
    /// By at most so many microseconds.
    pub ahead_max_us: i64,
    /// From how many calls.
    pub calls: usize,
    /// Caller and callee as sentences name them: with the address where a service has several instances here.
    #[serde(skip)]
    names: [String; 2],
}

impl Clock {
    /// By how many microseconds the clocks are apart at least: zero where they may agree.
    ///
    /// ```
    /// let spans = zipkin::decode::list(
    ///     br#"[{"traceId":"1","id":"1","kind":"CLIENT","timestamp":1000,"duration":500,
    ///           "localEndpoint":{"serviceName":"web"}},
    ///          {"traceId":"1","id":"2","parentId":"1","kind":"SERVER","timestamp":9000,"duration":300,
    ///           "localEndpoint":{"serviceName":"app"}}]"#,
    /// )?;
    /// let clocks = zipkin::analysis::analyse(&zipkin::waterfall(&spans).unwrap()).clocks;
    /// assert_eq!(clocks[0].apart_us(), 7_800);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn apart_us(&self) -> u64 {
        if self.ahead_min_us > self.ahead_max_us {
            // The calls contradict each other: one of the clocks was set, or drifts.
            return 0;
        }
        let behind = self.ahead_max_us.min(0).unsigned_abs();
        u64::try_from(self.ahead_min_us).unwrap_or(0).max(behind)
    }

    /// Why the clocks cannot be trusted, in words; nothing where they may agree.
    pub fn doubt(&self) -> Option<String> {
        self.doubt_in(Language::English)
    }

    /// The same in a language.
    pub fn doubt_in(&self, language: Language) -> Option<String> {
        let apart = vec![self.apart()?];
        Some(Sentence::Clocks { apart, more: 0 }.text(language))
    }

    /// An instance as sentences name it.
    pub(super) fn name_of(&self, instance: &str) -> Option<&str> {
        let [caller, callee] = &self.names;
        match instance {
            _ if instance == self.caller => Some(caller),
            _ if instance == self.callee => Some(callee),
            _ => None,
        }
    }

    pub(super) fn apart(&self) -> Option<Apart> {
        let [caller, callee] = self.names.clone();
        let contradicts = self.ahead_min_us > self.ahead_max_us.saturating_add_unsigned(TOLERANCE_US);
        (contradicts || self.apart_us() > TOLERANCE_US).then_some(())?;
        let [one, other] = [self.ahead_min_us, self.ahead_max_us].map(i64::unsigned_abs);
        let by = (one.min(other), one.max(other), self.ahead_min_us > 0);
        Some(Apart {
            caller,
            callee,
            by: (!contradicts).then_some(by),
        })
    }
}

/// Clocks have a resolution, and are set by parts of a millisecond while they run.
pub(super) const TOLERANCE_US: u64 = CLOCK_TOLERANCE_US;

/// The clocks that are doubted, once each: where one between two others is wrong, both calls show it, and the outer one says so.
pub(super) fn doubted(clocks: &[Clock]) -> Vec<Apart> {
    let mut doubted: Vec<Apart> = Vec::new();
    let mut by_callee: HashMap<String, usize> = HashMap::new();
    for apart in clocks.iter().filter_map(Clock::apart) {
        let outer = by_callee.get(&apart.caller).and_then(|&place| doubted.get(place));
        if outer.is_some_and(|outer| outer.is_mirrored_by(&apart)) {
            continue;
        }
        by_callee.entry(apart.callee.clone()).or_insert(doubted.len());
        doubted.push(apart);
    }
    doubted
}

/// In the order of their first calls.
pub(super) fn clocks(kin: &Kin<'_>) -> Vec<Clock> {
    let mut places: HashMap<(Instance, Instance), usize> = HashMap::new();
    let mut clocks: Vec<Clock> = Vec::new();
    for (index, row) in kin.rows.iter().enumerate() {
        let Some((_, server)) = kin.only_server(index) else {
            continue;
        };
        let Some((min, max)) = ahead(interval(row), interval(server)) else {
            continue;
        };
        let [caller, callee] = [row, server].map(Instance::of);
        let place = *places.entry((caller, callee)).or_insert_with(|| {
            clocks.push(Clock {
                caller: caller.to_string(),
                callee: callee.to_string(),
                ahead_min_us: min,
                ahead_max_us: max,
                calls: 0,
                names: [row, server].map(|row| row.service.clone()),
            });
            clocks.len() - 1
        });
        let Some(clock) = clocks.get_mut(place) else {
            continue;
        };
        clock.ahead_min_us = clock.ahead_min_us.max(min);
        clock.ahead_max_us = clock.ahead_max_us.min(max);
        clock.calls += 1;
    }
    name(&mut clocks);
    clocks
}

/// Where a service has several instances, its name alone does not say which.
fn name(clocks: &mut [Clock]) {
    let mut instances: HashMap<String, BTreeSet<String>> = HashMap::new();
    for clock in clocks.iter() {
        for (service, instance) in clock.names.iter().zip([&clock.caller, &clock.callee]) {
            let known = instances.entry(service.clone()).or_default();
            known.insert(instance.clone());
        }
    }
    for clock in clocks {
        for (name, instance) in clock.names.iter_mut().zip([&clock.caller, &clock.callee]) {
            if instances.get(name).is_some_and(|known| known.len() > 1) {
                name.clone_from(instance);
            }
        }
    }
}

/// By how much a server's clock is ahead of its client's. Nothing is said by a server that took longer than its client:
/// it outlived the call.
pub(super) fn ahead(client: Option<Interval>, server: Option<Interval>) -> Option<(i64, i64)> {
    let (client, server) = (client?, server?);
    let bound = |difference: i128| i64::try_from(difference).ok();
    (server.length() <= client.length()).then_some(())?;
    Some((
        bound(server.end - client.end)?,
        bound(server.start - client.start)?,
    ))
}

/// The service and its address. The port of a client is another one for each connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Instance<'a> {
    service: Option<&'a str>,
    ip: Option<IpAddr>,
}

impl<'a> Instance<'a> {
    /// The one that recorded a row.
    pub(super) fn of(row: &'a Row) -> Self {
        let endpoint = row.span.local_endpoint.as_ref();
        let v4 = endpoint.and_then(|endpoint| endpoint.ipv4).map(IpAddr::V4);
        Self {
            service: row.span.local_service(),
            ip: v4.or_else(|| endpoint?.ipv6.map(IpAddr::V6)),
        }
    }
}

impl fmt::Display for Instance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.service, self.ip) {
            (Some(service), Some(ip)) => write!(f, "{service} {ip}"),
            (service, None) => f.write_str(service.unwrap_or_default()),
            (None, Some(ip)) => ip.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
