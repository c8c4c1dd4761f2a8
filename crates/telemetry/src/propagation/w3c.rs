//! W3C Trace Context, level 2: `traceparent` and `tracestate`.

use http::{HeaderMap, HeaderName};
use zipkin::{SpanId, TraceId};

use super::{
    carrier::Carrier,
    context::{Extracted, Ids, Outgoing, Sampling},
    header::Header,
};

// Parsed by the compiler: looking up a `&str` parses it again for each request.
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
static TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
const SAMPLED: u8 = 0b01;
const RANDOM: u8 = 0b10;
const MAX_MEMBERS: usize = 32;

/// Reads `traceparent`, and `tracestate` where that is valid.
///
/// ```
/// use telemetry::propagation::{Extracted, w3c};
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("traceparent", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01".parse()?);
/// assert_eq!(w3c::extract(&headers), Extracted::default()); // a span id is not zero
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn extract(headers: &HeaderMap) -> Extracted {
    let Some((ids, flags)) = Header::once(headers, &TRACEPARENT)
        .text()
        .and_then(parse_traceparent)
    else {
        return Extracted::default();
    };
    let sampling = if flags & SAMPLED != 0 {
        Sampling::Accept
    } else {
        Sampling::Deny
    };
    let tracestate = join_tracestate(headers);
    Extracted {
        ids: Some(ids),
        sampling,
        random: flags & RANDOM != 0,
        tracestate,
        joinable: false,
    }
}

/// Writes `traceparent`, and `tracestate` as it came.
pub(super) fn inject(outgoing: &Outgoing<'_>, carrier: &mut Carrier<'_>) {
    let mut flags = u8::from(outgoing.sampling.is_sampled()) * SAMPLED;
    flags |= u8::from(outgoing.random) * RANDOM;
    let value = &mut carrier.value;
    value.extend_from_slice(b"00-");
    value.extend_from_slice(&outgoing.ids.trace_id.to_hex_32());
    value.extend_from_slice(b"-");
    value.extend_from_slice(&outgoing.ids.span_id.to_hex());
    value.extend_from_slice(&[b'-', b'0', b'0' + flags]);
    carrier.set(&TRACEPARENT);
    let state = outgoing.tracestate.unwrap_or_default();
    carrier.value.extend_from_slice(state.as_bytes());
    carrier.set(&TRACESTATE);
}

/// `VERSION-TRACE-SPAN-FLAGS`, and more fields in a version that we do not know. All of them have their places.
fn parse_traceparent(value: &str) -> Option<(Ids, u8)> {
    let value = value.trim_ascii();
    let is_dash = |place| value.as_bytes().get(place) == Some(&b'-');
    let version = hex_byte(value.get(..2)?)?;
    if version == 0xff || ![2, 35, 52].into_iter().all(is_dash) {
        return None;
    }
    let has_more = value.len() != 55;
    if has_more && (version == 0 || !is_dash(55)) {
        return None;
    }
    // Both parsers refuse zeros written out and anything but lower-case hex.
    let ids = Ids {
        trace_id: TraceId::parse(value.get(3..35)?).ok()?,
        span_id: SpanId::parse(value.get(36..52)?).ok()?,
        parent_id: None,
    };
    Some((ids, hex_byte(value.get(53..55)?)?))
}

fn hex_byte(text: &str) -> Option<u8> {
    let lower = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (text.len() == 2 && text.bytes().all(lower)).then(|| u8::from_str_radix(text, 16).ok())?
}

/// All `tracestate` headers as one list; none where a member is malformed or one too many. A key that is there twice is
/// passed on twice: whose it is knows best.
fn join_tracestate(headers: &HeaderMap) -> Option<String> {
    let mut joined = String::new();
    let mut members = 0;
    for value in headers.get_all(&TRACESTATE) {
        for member in value.to_str().ok()?.split(',') {
            let member = member.trim_matches([' ', '\t']);
            if member.is_empty() {
                continue;
            }
            let (key, value) = member.split_once('=')?;
            if !is_key(key) || !is_value(value) || members == MAX_MEMBERS {
                return None;
            }
            members += 1;
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(member);
        }
    }
    (!joined.is_empty()).then_some(joined)
}

/// Level 2: a lower-case letter or digit, then up to 255 of these, `_`, `-`, `*`, `/`, `@`.
fn is_key(key: &str) -> bool {
    let first = key
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    first && key.len() <= 256 && key.bytes().all(is_key_byte)
}

fn is_key_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/' | b'@')
}

fn is_value(value: &str) -> bool {
    let printable = |byte: u8| matches!(byte, 0x20..=0x7e) && byte != b'=';
    (1..=256).contains(&value.len()) && value.bytes().all(printable) && !value.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACEPARENT: &str = "traceparent";
    const TRACESTATE: &str = "tracestate";
    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn read(pairs: &[(&'static str, &str)]) -> Extracted {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        extract(&headers)
    }

    #[test]
    fn malformed_parents_are_absent() {
        assert!(read(&[(TRACEPARENT, VALID)]).ids.is_some());
        for value in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            // Version 0 has four fields and no more; 255 is not a version.
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            // Upper case, zeros, wrong lengths.
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c8031-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-.0",
        ] {
            assert_eq!(read(&[(TRACEPARENT, value)]), Extracted::default(), "{value}");
        }
        assert_eq!(
            read(&[(TRACEPARENT, VALID), (TRACEPARENT, VALID)]),
            Extracted::default()
        );
    }

    #[test]
    fn a_later_version_may_say_more() {
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future";
        assert_eq!(read(&[(TRACEPARENT, later)]).sampling, Sampling::Accept);
    }

    #[test]
    fn flags_decide() {
        for (flags, sampling, random) in [
            ("00", Sampling::Deny, false),
            ("01", Sampling::Accept, false),
            ("02", Sampling::Deny, true),
            ("ff", Sampling::Accept, true),
        ] {
            let found = read(&[(TRACEPARENT, &VALID.replace("-01", &format!("-{flags}")))]);
            assert_eq!((found.sampling, found.random), (sampling, random), "{flags}");
        }
    }

    #[test]
    fn tracestate_headers_are_one_list() {
        let parent = (TRACEPARENT, VALID);
        let state = |values: &[&str]| {
            let mut pairs = vec![parent];
            pairs.extend(values.iter().map(|value| (TRACESTATE, *value)));
            read(&pairs).tracestate
        };
        assert_eq!(state(&["a=1 ,\tb=2", ",c@d=3"]).as_deref(), Some("a=1,b=2,c@d=3"));
        assert_eq!(state(&["a=1", "A=2"]), None);
        assert_eq!(state(&["a"]), None);
        assert_eq!(state(&["a=1", "a=2"]).as_deref(), Some("a=1,a=2"));
        assert!(state(&["0/*-_@@z=1"]).is_some());
        assert_eq!(state(&["@a=1"]), None);
        let full: Vec<String> = (0..33).map(|n| format!("k{n}=v")).collect();
        assert!(state(&[&full[..32].join(",")]).is_some());
        assert_eq!(state(&[&full.join(",")]), None);
    }

    #[test]
    fn injected_flags_are_level_two() {
        let ids = Ids {
            trace_id: TraceId::new(7),
            span_id: SpanId::new(8),
            parent_id: None,
        };
        let mut headers = HeaderMap::new();
        let tracestate = Some("a=1");
        inject(
            &Outgoing {
                random: true,
                tracestate,
                ..Outgoing::of(ids, Sampling::Debug)
            },
            &mut Carrier::new(&mut headers),
        );
        assert_eq!(
            headers[TRACEPARENT],
            "00-00000000000000000000000000000007-0000000000000008-03"
        );
        assert_eq!(headers[TRACESTATE], "a=1");
    }
}
