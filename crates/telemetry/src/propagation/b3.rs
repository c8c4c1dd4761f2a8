//! B3 headers, read as Brave reads them: single before multi, malformed means absent.

use http::{HeaderMap, HeaderName};
use zipkin::{SpanId, TraceId};

use super::{
    carrier::Carrier,
    context::{Extracted, Ids, Outgoing, Sampling},
    header::Header,
};

// Parsed by the compiler: looking up a `&str` parses it again for each request.
static SINGLE: HeaderName = HeaderName::from_static("b3");
static TRACE_ID: HeaderName = HeaderName::from_static("x-b3-traceid");
static SPAN_ID: HeaderName = HeaderName::from_static("x-b3-spanid");
static PARENT_ID: HeaderName = HeaderName::from_static("x-b3-parentspanid");
static SAMPLED: HeaderName = HeaderName::from_static("x-b3-sampled");
static FLAGS: HeaderName = HeaderName::from_static("x-b3-flags");

/// The headers of B3 in a request, read.
#[derive(Default)]
struct Headers<'a> {
    single: Header<'a>,
    trace_id: Header<'a>,
    span_id: Header<'a>,
    parent_id: Header<'a>,
    sampled: Header<'a>,
    flags: Header<'a>,
}

impl<'a> Headers<'a> {
    /// Looks at each header once, which takes less than half of asking the map for six names.
    fn of(headers: &'a HeaderMap) -> Self {
        let mut found = Self::default();
        for (name, value) in headers {
            let header = match name.as_str() {
                "b3" => &mut found.single,
                "x-b3-traceid" => &mut found.trace_id,
                "x-b3-spanid" => &mut found.span_id,
                "x-b3-parentspanid" => &mut found.parent_id,
                "x-b3-sampled" => &mut found.sampled,
                "x-b3-flags" => &mut found.flags,
                _ => continue,
            };
            // The first of a repeated one: Brave asks its server for one value, and servlets have that.
            *header = header.or(value);
        }
        found
    }
}

/// Reads `b3`, or else the `X-B3-…` headers.
///
/// ```
/// use telemetry::propagation::{Sampling, b3};
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("b3", "0".parse()?); // a decision, and no trace
/// let found = b3::extract(&headers);
/// assert_eq!((found.ids, found.sampling), (None, Sampling::Deny));
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn extract(headers: &HeaderMap) -> Extracted {
    let headers = Headers::of(headers);
    let single = headers.single.text().and_then(parse_single);
    let found = single.or_else(|| parse_multi(&headers));
    let (ids, sampling) = found.unwrap_or_default();
    Extracted {
        ids,
        sampling,
        joinable: ids.is_some(),
        ..Extracted::default()
    }
}

/// Writes the `X-B3-…` headers.
pub(super) fn inject_multi(outgoing: &Outgoing<'_>, carrier: &mut Carrier<'_>) {
    let ids = &outgoing.ids;
    write_trace_id(ids.trace_id, carrier);
    carrier.set(&TRACE_ID);
    write_span_id(ids.span_id, carrier);
    carrier.set(&SPAN_ID);
    if let Some(id) = ids.parent_id {
        write_span_id(id, carrier);
    }
    carrier.set(&PARENT_ID);
    // Debug implies sampled: the specification wants no X-B3-Sampled beside it.
    let (sampled, flags) = match outgoing.sampling {
        Sampling::Accept => (Some("1"), None),
        Sampling::Deny => (Some("0"), None),
        Sampling::Debug => (None, Some("1")),
        Sampling::Defer => (None, None),
    };
    carrier.set_static(&SAMPLED, sampled);
    carrier.set_static(&FLAGS, flags);
}

/// Writes `b3`.
pub(super) fn inject_single(outgoing: &Outgoing<'_>, carrier: &mut Carrier<'_>) {
    let ids = &outgoing.ids;
    write_trace_id(ids.trace_id, carrier);
    carrier.value.extend_from_slice(b"-");
    write_span_id(ids.span_id, carrier);
    let decision: &[u8] = match outgoing.sampling {
        Sampling::Accept => b"-1",
        Sampling::Deny => b"-0",
        Sampling::Debug => b"-d",
        Sampling::Defer => b"",
    };
    carrier.value.extend_from_slice(decision);
    if let Some(parent_id) = ids.parent_id.filter(|_| !decision.is_empty()) {
        carrier.value.extend_from_slice(b"-");
        write_span_id(parent_id, carrier);
    }
    carrier.set(&SINGLE);
}

fn write_trace_id(id: TraceId, carrier: &mut Carrier<'_>) {
    carrier.value.extend_from_slice(id.digits(&mut [0; 32]));
}

fn write_span_id(id: SpanId, carrier: &mut Carrier<'_>) {
    carrier.value.extend_from_slice(&id.to_hex());
}

/// `DECISION` or `TRACE-SPAN[-DECISION][-PARENT]`.
fn parse_single(value: &str) -> Option<(Option<Ids>, Sampling)> {
    let mut fields = value.split('-');
    let trace_id = fields.next()?;
    let Some(span_id) = fields.next() else {
        return Some((None, parse_decision(trace_id)?));
    };
    if !matches!(trace_id.len(), 16 | 32) || span_id.len() != 16 {
        return None;
    }
    let mut ids = parse_ids(trace_id, span_id)?;
    let mut sampling = Sampling::Defer;
    let mut field = fields.next();
    if let Some(decision) = field.filter(|text| text.len() != 16) {
        sampling = parse_decision(decision)?;
        field = fields.next();
    }
    if let Some(parent_id) = field {
        // All zeros: a span without a parent, as some write it.
        ids.parent_id = SpanId::parse_parent(parent_id)
            .ok()
            .filter(|_| parent_id.len() == 16)?;
    }
    fields.next().is_none().then_some((Some(ids), sampling))
}

fn parse_decision(text: &str) -> Option<Sampling> {
    match text {
        "1" => Some(Sampling::Accept),
        "0" => Some(Sampling::Deny),
        "d" => Some(Sampling::Debug),
        _ => None,
    }
}

fn parse_multi(headers: &Headers<'_>) -> Option<(Option<Ids>, Sampling)> {
    let sampled = match headers.sampled {
        Header::Absent => Sampling::Defer,
        Header::One("1") => Sampling::Accept,
        Header::One("0") => Sampling::Deny,
        // Old instrumentation says true and false.
        Header::One(text) if text.eq_ignore_ascii_case("true") => Sampling::Accept,
        Header::One(text) if text.eq_ignore_ascii_case("false") => Sampling::Deny,
        _ => return None,
    };
    let is_debug = headers.flags.text() == Some("1");
    let sampling = if is_debug { Sampling::Debug } else { sampled };
    let trace_id = match headers.trace_id {
        // Without a trace, a span id names nothing, and the decision still counts.
        Header::Absent => return Some((None, sampling)),
        header => header.text()?,
    };
    let mut ids = parse_ids(trace_id, headers.span_id.text()?)?;
    ids.parent_id = match headers.parent_id {
        Header::Absent => None,
        header => Some(parse_span_id(header.text()?)?),
    };
    Some((Some(ids), sampling))
}

/// Shorter ids than the specification's are ids, as in Brave, but for those of one digit: they are somebody's flag.
fn parse_ids(trace_id: &str, span_id: &str) -> Option<Ids> {
    let is_flag = trace_id.len() == 1;
    let trace_id = TraceId::parse(trace_id)
        .ok()
        .filter(|id| id.value() != 0 && !is_flag)?;
    Some(Ids {
        trace_id,
        span_id: parse_span_id(span_id)?,
        parent_id: None,
    })
}

fn parse_span_id(text: &str) -> Option<SpanId> {
    SpanId::parse(text)
        .ok()
        .filter(|id| id.value() != 0 && text.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE_ID: &str = "x-b3-traceid";
    const SPAN_ID: &str = "x-b3-spanid";
    const PARENT_ID: &str = "x-b3-parentspanid";
    const SAMPLED: &str = "x-b3-sampled";
    const FLAGS: &str = "x-b3-flags";

    const TRACE: &str = "463ac35c9f6413ad48485a3953bb6124";
    const SPAN: &str = "a2fb4a1d1a96d312";

    fn read(pairs: &[(&str, &str)]) -> (Option<String>, Sampling) {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        let found = extract(&headers);
        let ids = found.ids.map(|ids| {
            let parent = ids.parent_id.map(|id| format!("<{id}")).unwrap_or_default();
            format!("{}:{}{parent}", ids.trace_id, ids.span_id)
        });
        (ids, found.sampling)
    }

    #[test]
    fn headers_are_read_as_brave_reads_them() {
        use Sampling::*;
        let ids = format!("{TRACE}:{SPAN}");
        let (t, s) = ((TRACE_ID, TRACE), (SPAN_ID, SPAN));
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, Sampling);
        let cases: &[Case] = &[
            (&[], None, Defer),
            (&[t, s], Some(&ids), Defer),
            (&[t, s, (SAMPLED, "1")], Some(&ids), Accept),
            (&[t, s, (SAMPLED, "0")], Some(&ids), Deny),
            (&[t, s, (SAMPLED, "TRUE")], Some(&ids), Accept),
            (&[t, s, (FLAGS, "1")], Some(&ids), Debug),
            // Debug implies sampled, whatever stands beside it.
            (&[t, s, (FLAGS, "1"), (SAMPLED, "0")], Some(&ids), Debug),
            (&[t, s, (FLAGS, "0")], Some(&ids), Defer),
            // A decision alone.
            (&[(SAMPLED, "0")], None, Deny),
            (&[(FLAGS, "1")], None, Debug),
            // An unreadable decision makes all of it malformed.
            (&[t, s, (SAMPLED, "2")], None, Defer),
            (&[t, s, (SAMPLED, "2"), (FLAGS, "1")], None, Defer),
            // A span id without a trace id names nothing, and does not take the decision with it.
            (&[s, (SAMPLED, "0")], None, Deny),
            // 64 bits, and short ids, are ids.
            (
                &[(TRACE_ID, "463ac35c9f6413ad"), s],
                Some("463ac35c9f6413ad:a2fb4a1d1a96d312"),
                Defer,
            ),
            (
                &[(TRACE_ID, "1a"), (SPAN_ID, "2b")],
                Some("000000000000001a:000000000000002b"),
                Defer,
            ),
            // No ids: one digit, upper case, zeros, too long, one of two.
            (&[(TRACE_ID, "1"), s, (SAMPLED, "1")], None, Defer),
            (&[(TRACE_ID, "463AC35C9F6413AD"), s, (SAMPLED, "1")], None, Defer),
            (&[(TRACE_ID, "0000000000000000"), s], None, Defer),
            (&[(TRACE_ID, "0463ac35c9f6413ad48485a3953bb6124"), s], None, Defer),
            (&[t], None, Defer),
            (&[(TRACE_ID, ""), s], None, Defer),
            (&[t, s, (PARENT_ID, "xyz")], None, Defer),
            // A parent that is there and none: empty, zeros. Brave starts a new trace, too.
            (&[t, s, (PARENT_ID, ""), (SAMPLED, "1")], None, Defer),
            (
                &[t, s, (PARENT_ID, "0000000000000000"), (SAMPLED, "1")],
                None,
                Defer,
            ),
            (&[t, s, (PARENT_ID, "0")], None, Defer),
            // Single.
            (&[("b3", "0")], None, Deny),
            (&[("b3", "1")], None, Accept),
            (&[("b3", "d")], None, Debug),
            (
                &[("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312")],
                Some(&ids),
                Defer,
            ),
            (
                &[("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-d")],
                Some(&ids),
                Debug,
            ),
            // Single wins over multi; a malformed single falls back to it.
            (&[("b3", "0"), t, s, (SAMPLED, "1")], None, Deny),
            (&[("b3", "nonsense"), t, s, (SAMPLED, "1")], Some(&ids), Accept),
            (&[("b3", ""), t, s], Some(&ids), Defer),
            // The first of a repeated header counts.
            (&[t, s, (SAMPLED, "0"), (SAMPLED, "1")], Some(&ids), Deny),
            (
                &[t, (TRACE_ID, "1a"), s, s, (FLAGS, "1"), (FLAGS, "1")],
                Some(&ids),
                Debug,
            ),
            (&[("b3", "0"), ("b3", "0")], None, Deny),
            (&[("b3", "0"), ("b3", "1"), t, s, (SAMPLED, "1")], None, Deny),
            (&[("b3", "x"), ("b3", "0"), t, s], Some(&ids), Defer),
            // A parent of zeros is none here, and an empty one makes it malformed; as in Brave, both.
            (
                &[(
                    "b3",
                    "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-0-0000000000000000",
                )],
                Some(&ids),
                Deny,
            ),
            (
                &[(
                    "b3",
                    "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-0000000000000000",
                )],
                Some(&ids),
                Defer,
            ),
            (
                &[("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1-")],
                None,
                Defer,
            ),
            (
                &[
                    ("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1-x"),
                    t,
                    s,
                ],
                Some(&ids),
                Defer,
            ),
        ];
        for (headers, ids, sampling) in cases {
            assert_eq!(read(headers), (ids.map(str::to_owned), *sampling), "{headers:?}");
        }
        let parent = format!("{TRACE}-{SPAN}-1-0000000000000005");
        assert_eq!(
            read(&[("b3", &parent)]),
            (Some(format!("{ids}<0000000000000005")), Accept)
        );
    }

    #[test]
    fn an_injected_context_is_extracted_again() {
        let ids = Ids {
            trace_id: TraceId::new(7),
            span_id: SpanId::new(8),
            parent_id: Some(SpanId::new(9)),
        };
        for sampling in [Sampling::Accept, Sampling::Deny, Sampling::Debug] {
            let outgoing = Outgoing {
                ..Outgoing::of(ids, sampling)
            };
            for inject in [inject_single, inject_multi] {
                let mut headers = HeaderMap::new();
                inject(&outgoing, &mut Carrier::new(&mut headers));
                let found = extract(&headers);
                assert_eq!((found.ids, found.sampling), (Some(ids), sampling), "{headers:?}");
            }
        }
    }
}
