//! A fault for one request, by its headers: Envoy's names, and beside them the hop that is meant.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    chance::{Draw, Share},
    time::MOST_MS,
};

/// The service that is meant: `orders`. Without it, the first one that reads the others.
pub const HOP: HeaderName = HeaderName::from_static("x-fault-hop");

/// Milliseconds by which the answer is late; a minute at most.
pub const DELAY: HeaderName = HeaderName::from_static("x-envoy-fault-delay-request");

/// The status that is answered in the handler's place, 400 to 599.
pub const ABORT: HeaderName = HeaderName::from_static("x-envoy-fault-abort-request");

/// Of a hundred requests with such a header, so many are late.
pub const DELAY_PERCENTAGE: HeaderName = HeaderName::from_static("x-envoy-fault-delay-request-percentage");

/// Of a hundred requests with such a header, so many are answered so.
pub const ABORT_PERCENTAGE: HeaderName = HeaderName::from_static("x-envoy-fault-abort-request-percentage");

const ALL: [HeaderName; 5] = [HOP, DELAY, ABORT, DELAY_PERCENTAGE, ABORT_PERCENTAGE];

/// A request's own faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OneRequest {
    /// They are meant for this service.
    Here {
        /// The time by which the handler begins later.
        delay: Option<Duration>,
        /// The answer in the handler's place.
        abort: Option<u16>,
    },
    /// They are meant for another service: calls take them on.
    Elsewhere(HeaderMap),
}

impl OneRequest {
    /// Takes them off the request; nothing where it has none. `number` is that of requests which had some.
    pub fn take(headers: &mut HeaderMap, service: &str, number: impl FnOnce() -> u64) -> Option<Self> {
        let has_fault = headers.contains_key(DELAY) || headers.contains_key(ABORT);
        let taken: HeaderMap = ALL
            .into_iter()
            .filter_map(|name| Some((name.clone(), headers.remove(name)?)))
            .collect();
        has_fault.then_some(())?;
        match taken.get(HOP).map(HeaderValue::as_bytes) {
            Some(hop) if hop != service.as_bytes() => Some(Self::Elsewhere(taken)),
            _ => Some(Self::here(&taken, number())),
        }
    }

    /// Why the request's headers order nothing, where they look as if they should: in this service, or, where it `is_last`, in one that the
    /// request does not come to.
    pub fn mistake(headers: &HeaderMap, service: &str, is_last: bool) -> Option<String> {
        let text = |name| {
            headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
        };
        let number = |name| text(name).map(|text| text.trim().parse::<u32>().ok());
        let has_fault = headers.contains_key(DELAY) || headers.contains_key(ABORT);
        let hop = text(HOP);
        match hop {
            Some(hop) if !has_fault => {
                return Some(format!("{HOP}: {hop} orders nothing without {DELAY} or {ABORT}"));
            }
            Some(hop) if hop != service => {
                return is_last
                    .then(|| format!("{HOP}: {hop} is none of the services that this request came to"));
            }
            _ => {}
        }
        if number(DELAY).is_some_and(|ms| ms.is_none()) {
            return Some(format!("{DELAY} is no number of milliseconds"));
        }
        let is_status = |status: Option<u32>| status.is_some_and(|status| (400..=599).contains(&status));
        let is_wrong = number(ABORT).is_some_and(|status| !is_status(status));
        is_wrong.then(|| format!("{ABORT} is no status from 400 to 599"))
    }

    fn here(headers: &HeaderMap, number: u64) -> Self {
        let read = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u32>().ok();
        let is_met = |percentage, name| {
            let share = headers
                .contains_key(&percentage)
                .then(|| read(percentage).unwrap_or(0));
            share.is_none_or(|percent| Draw::new(0, name, number).is_within(Share::percent(percent)))
        };
        let delay = read(DELAY).filter(|_| is_met(DELAY_PERCENTAGE, "delay"));
        let abort = read(ABORT).filter(|_| is_met(ABORT_PERCENTAGE, "abort"));
        Self::Here {
            delay: delay.map(|ms| Duration::from_millis(ms.min(MOST_MS).into())),
            abort: abort
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (400..=599).contains(status)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(pairs: &[(&'static str, &'static str)], number: u64) -> (Option<OneRequest>, usize) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut headers: HeaderMap = pairs.collect();
        let taken = OneRequest::take(&mut headers, "orders", || number);
        (taken, headers.len())
    }

    const DELAY: &str = "x-envoy-fault-delay-request";
    const ABORT: &str = "x-envoy-fault-abort-request";

    fn here(delay: Option<u64>, abort: Option<u16>) -> Option<OneRequest> {
        let delay = delay.map(Duration::from_millis);
        Some(OneRequest::Here { delay, abort })
    }

    #[test]
    fn headers_are_read_as_envoy_reads_them() {
        for (headers, taken) in [
            (&[(DELAY, "300")] as &[_], here(Some(300), None)),
            (
                &[(ABORT, "503"), ("x-fault-hop", "orders")],
                here(None, Some(503)),
            ),
            (&[(DELAY, "5"), (ABORT, "404")], here(Some(5), Some(404))),
            (&[(DELAY, "99999999")], here(Some(60_000), None)), // capped
            (&[(DELAY, "soon")], here(None, None)),
            (&[(ABORT, "200")], here(None, None)),
            (&[(ABORT, "99999")], here(None, None)),
            (
                &[(DELAY, "5"), ("x-envoy-fault-delay-request-percentage", "0")],
                here(None, None),
            ),
            (
                &[(DELAY, "5"), ("x-envoy-fault-delay-request-percentage", "100")],
                here(Some(5), None),
            ),
            (
                &[(DELAY, "5"), ("x-envoy-fault-delay-request-percentage", "x")],
                here(None, None),
            ),
            (&[("x-fault-hop", "orders")], None),
            (&[], None),
        ] {
            assert_eq!(take(headers, 0), (taken, 0), "{headers:?}");
        }
    }

    #[test]
    fn headers_for_another_hop_are_kept_for_the_calls() {
        let (taken, left) = take(
            &[(DELAY, "300"), ("x-fault-hop", "inventory"), ("userid", "terry")],
            0,
        );
        let Some(OneRequest::Elsewhere(headers)) = taken else {
            panic!("{taken:?}");
        };
        assert_eq!((headers.len(), left), (2, 1));
    }

    #[test]
    fn headers_that_order_nothing_say_why() {
        for (pairs, is_last, why) in [
            (&[] as &[(&'static str, &'static str)], true, None),
            (&[(DELAY, "300"), ("x-fault-hop", "orders")], true, None),
            (&[(DELAY, "300"), ("x-fault-hop", "bogus")], false, None),
            (
                &[(DELAY, "300"), ("x-fault-hop", "bogus")],
                true,
                Some("x-fault-hop: bogus is none of the services that this request came to"),
            ),
            (
                &[("x-fault-hop", "bogus")],
                false,
                Some(
                    "x-fault-hop: bogus orders nothing without x-envoy-fault-delay-request or x-envoy-fault-abort-request",
                ),
            ),
            (
                &[(DELAY, "soon")],
                false,
                Some("x-envoy-fault-delay-request is no number of milliseconds"),
            ),
            (
                &[(ABORT, "200")],
                false,
                Some("x-envoy-fault-abort-request is no status from 400 to 599"),
            ),
        ] {
            let pairs = pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            let headers: HeaderMap = pairs.collect();
            assert_eq!(
                OneRequest::mistake(&headers, "orders", is_last).as_deref(),
                why,
                "{headers:?}"
            );
        }
    }

    #[test]
    fn a_percentage_is_decided_by_number() {
        let met = |number| {
            take(
                &[(ABORT, "503"), ("x-envoy-fault-abort-request-percentage", "30")],
                number,
            )
            .0
        };
        let all: Vec<_> = (0..100).map(met).collect();
        let count = all.iter().filter(|met| **met == here(None, Some(503))).count();
        assert!((15..45).contains(&count), "{count}");
        assert_eq!(all, (0..100).map(met).collect::<Vec<_>>());
    }
}
