//! The trace context in a request's own headers: its parent, and whether anybody wants it recorded.

use output::clean;
use reqwest::header::HeaderMap;
use telemetry::propagation::{self, Sampling};
use zipkin::{SpanId, TraceId};

/// The caller that a request claims to come from.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The trace that the request joins.
    pub trace_id: Option<TraceId>,
    /// The caller's spans. They are the caller's to report, so no one can wait for them.
    pub span_ids: Vec<SpanId>,
    /// The header that forbids recording.
    pub denied_by: Option<String>,
}

impl Caller {
    /// Reads the headers as the services do unless they are told otherwise.
    pub fn read(headers: &HeaderMap) -> Self {
        let found = propagation::extract(headers, &[]);
        let ids = found.ids.as_ref();
        Self {
            trace_id: ids.map(|ids| ids.trace_id),
            span_ids: ids.map_or_else(Vec::new, |ids| {
                [ids.span_id].into_iter().chain(ids.parent_id).collect()
            }),
            denied_by: (found.sampling == Sampling::Deny).then(|| denial(headers)),
        }
    }
}

/// The header that forbids it by itself.
fn denial(headers: &HeaderMap) -> String {
    let mut lines = headers.iter();
    let line = lines.find(|&(name, value)| {
        let alone = HeaderMap::from_iter([(name.clone(), value.clone())]);
        propagation::extract(&alone, &[]).sampling == Sampling::Deny
    });
    line.map_or_else(String::new, |(name, value)| {
        format!("{name}: {}", clean(&String::from_utf8_lossy(value.as_bytes())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    const TRACE: &str = "463ac35c9f6413ad48485a3953bb6124";
    const SPAN: &str = "a2fb4a1d1a96d312";

    fn read(lines: &[&str]) -> Caller {
        let pairs = lines.iter().map(|line| line.split_once(": ").unwrap());
        let headers = pairs.map(|(name, value)| -> (HeaderName, HeaderValue) {
            (name.parse().unwrap(), value.parse().unwrap())
        });
        Caller::read(&headers.collect())
    }

    #[test]
    fn the_caller_is_read_from_each_format() {
        let caller = Caller {
            trace_id: Some(TraceId::parse(TRACE).unwrap()),
            span_ids: vec![SpanId::parse(SPAN).unwrap()],
            denied_by: None,
        };
        for lines in [
            &[&*format!("b3: {TRACE}-{SPAN}-1")] as &[&str],
            &[&format!("b3: {TRACE}-{SPAN}")],
            &[
                &format!("x-b3-traceid: {TRACE}"),
                &format!("x-b3-spanid: {SPAN}"),
                "x-b3-sampled: 1",
            ],
            &[&format!("traceparent: 00-{TRACE}-{SPAN}-01")],
            // B3 decides, and defers the decision.
            &[
                &format!("b3: {TRACE}-{SPAN}"),
                "traceparent: 00-00000000000000000000000000000001-0000000000000001-00",
            ],
        ] {
            assert_eq!(read(lines), caller, "{lines:?}");
        }
        for lines in [
            &["accept: */*"] as &[&str],
            // Absent, as the services have it: a trace of its own comes.
            &["traceparent: nonsense-00"],
            &[&format!("x-b3-traceid: {TRACE}"), "x-b3-spanid: A2FB4A1D1A96D312"],
            &[&format!("traceparent: 00-{}-{SPAN}-00", TRACE.to_uppercase())],
        ] {
            assert_eq!(read(lines), Caller::default(), "{lines:?}");
        }
    }

    #[test]
    fn a_denial_names_its_header() {
        let w3c = format!("traceparent: 00-{TRACE}-{SPAN}-00");
        for (lines, denied_by) in [
            (&["b3: 0"] as &[&str], Some("b3: 0")),
            (&["accept: */*", "x-b3-sampled: 0"], Some("x-b3-sampled: 0")),
            (&["x-b3-sampled: false"], Some("x-b3-sampled: false")),
            (&["x-b3-sampled: FALSE"], Some("x-b3-sampled: FALSE")),
            (&[&w3c], Some(&*w3c)),
            (&["b3: d"], None),
            (&["x-b3-sampled: 0", "x-b3-flags: 1"], None), // debug beats a denial
            (&["x-b3-sampled: 1", &w3c], None),
        ] {
            assert_eq!(read(lines).denied_by.as_deref(), denied_by, "{lines:?}");
        }
    }
}
