//! What a request's own headers say of its trace: whose child it is, and whether anybody wants it recorded.

use reqwest::header::HeaderMap;
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
    /// Reads B3 single, else B3 multi, else W3C Trace Context: the order in which the services read them by default.
    pub fn read(headers: &HeaderMap) -> Self {
        let get = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim());
        None.or_else(|| b3_single(get("b3")?))
            .or_else(|| b3_multi(get))
            .or_else(|| traceparent(get("traceparent")?))
            .unwrap_or_default()
    }
}

fn b3_single(value: &str) -> Option<Caller> {
    let fields: Vec<&str> = value.split('-').collect();
    let (trace_id, span_id, state, parent_id) = match *fields.as_slice() {
        [state] => (None, None, Some(state), None),
        [trace, span] => (trace_id(trace), span_id(span), None, None),
        [trace, span, state] => (trace_id(trace), span_id(span), Some(state), None),
        [trace, span, state, parent] => (trace_id(trace), span_id(span), Some(state), span_id(parent)),
        _ => return None,
    };
    Some(Caller {
        trace_id,
        span_ids: span_id.into_iter().chain(parent_id).collect(),
        denied_by: (state == Some("0")).then(|| format!("b3: {value}")),
    })
}

fn b3_multi<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<Caller> {
    let names = [
        "x-b3-traceid",
        "x-b3-spanid",
        "x-b3-parentspanid",
        "x-b3-sampled",
        "x-b3-flags",
    ];
    let [trace, span, parent, sampled, flags] = names.map(get);
    [trace, sampled, flags]
        .iter()
        .any(Option::is_some)
        .then(|| Caller {
            trace_id: trace.and_then(trace_id),
            span_ids: [span, parent].into_iter().flatten().filter_map(span_id).collect(),
            denied_by: sampled
                .filter(|sampled| matches!(*sampled, "0" | "false") && flags != Some("1"))
                .map(|sampled| format!("x-b3-sampled: {sampled}")),
        })
}

fn traceparent(value: &str) -> Option<Caller> {
    let [_version, trace, span, flags, ..] = *value.split('-').collect::<Vec<_>>().as_slice() else {
        return None;
    };
    let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
    Some(Caller {
        trace_id: Some(trace_id(trace)?),
        span_ids: vec![span_id(span)?],
        denied_by: (!sampled).then(|| format!("traceparent: …-{flags}")),
    })
}

fn trace_id(text: &str) -> Option<TraceId> {
    TraceId::parse(&text.to_lowercase()).ok()
}

fn span_id(text: &str) -> Option<SpanId> {
    SpanId::parse(&text.to_lowercase()).ok()
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
                "x-b3-spanid: A2FB4A1D1A96D312",
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
        assert_eq!(read(&["accept: */*"]), Caller::default());
    }

    #[test]
    fn a_denial_names_its_header() {
        let w3c = format!("traceparent: 00-{TRACE}-{SPAN}-00");
        for (lines, denied_by) in [
            (&["b3: 0"] as &[&str], Some("b3: 0")),
            (&["x-b3-sampled: 0"], Some("x-b3-sampled: 0")),
            (&["x-b3-sampled: false"], Some("x-b3-sampled: false")),
            (&[&w3c], Some("traceparent: …-00")),
            (&["b3: d"], None),
            (&["x-b3-sampled: 0", "x-b3-flags: 1"], None), // debug beats a denial
            (&["x-b3-sampled: 1", &w3c], None),
            (&["traceparent: nonsense-00"], None),
        ] {
            assert_eq!(read(lines).denied_by.as_deref(), denied_by, "{lines:?}");
        }
    }
}
