//! Spans for the tests, one a line: `id parent kind local-service remote-service` and then, in any order, `@start+duration`,
//! `error` and `shared`; `-` for what is absent, and all times in microseconds.

use std::net::Ipv4Addr;

use crate::{Endpoint, Kind, Span, SpanId, TraceId};

/// The spans of one trace.
pub fn trace(lines: &[&str]) -> Vec<Span> {
    lines.iter().map(|line| span(line)).collect()
}

/// One span. A service may say its address: `app/10.0.0.1`.
pub fn span(line: &str) -> Span {
    let mut columns = line.split_whitespace();
    let mut next = || columns.next().filter(|&column| column != "-");
    let mut span = Span::new(TraceId::new(0xa), SpanId::parse(next().unwrap()).unwrap());
    span.parent_id = next().map(|id| SpanId::parse(id).unwrap());
    span.kind = next().map(|kind| match kind {
        "CLIENT" => Kind::Client,
        "SERVER" => Kind::Server,
        "PRODUCER" => Kind::Producer,
        "CONSUMER" => Kind::Consumer,
        _ => panic!("no kind: {line}"),
    });
    span.local_endpoint = next().map(endpoint);
    span.remote_endpoint = next().map(endpoint);
    for detail in columns {
        match detail.strip_prefix('@').map(|time| time.split_once('+')) {
            Some(Some((start, duration))) => {
                span.timestamp = Some(start.parse().unwrap());
                span.duration = Some(duration.parse().unwrap());
            }
            Some(None) => span.timestamp = Some(detail[1..].parse().unwrap()),
            None if detail == "error" => span.tags.extend([("error".to_owned(), String::new())]),
            None => span.shared = detail == "shared",
        }
    }
    span
}

fn endpoint(text: &str) -> Endpoint {
    let (name, ip) = text.split_once('/').unwrap_or((text, ""));
    let service_name = (!name.is_empty()).then(|| name.to_owned());
    let ipv4 = ip.parse::<Ipv4Addr>().ok();
    Endpoint {
        service_name,
        ipv4,
        ..Endpoint::default()
    }
}

/// Random numbers that are the same in each run: SplitMix64.
pub struct Dice(u64);

impl Dice {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn up_to(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}
