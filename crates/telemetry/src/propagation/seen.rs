//! The context headers of a request as tags of its span: what came in and what was made of it, and what went out. Off
//! unless `HEADER_TAGS` asks for it.
//!
//! Values of baggage are told only where `MDC_PROPAGATE` names them, as everywhere; of the others, names and lengths.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName};

use super::{
    b3, baggage,
    context::{Extracted, Sampling},
    settings::{BaggagePass, PropagationSettings},
    w3c,
};

/// A tag has at most so many bytes: whoever sends headers does not decide how long a span is.
const MAX_BYTES: usize = 512;

/// More members of baggage are counted.
const MAX_MEMBERS: usize = 20;

/// A longer value or name is cut.
const MAX_VALUE: usize = 128;

/// Key and value of a tag.
pub type SeenTag = (&'static str, String);

/// A format of context headers.
struct Format {
    /// The key of what came in.
    received: &'static str,
    /// The key of what went out.
    sent: &'static str,
    headers: &'static [&'static str],
    extract: fn(&HeaderMap) -> Extracted,
}

const FORMATS: [Format; 3] = [
    Format {
        received: "header.in.b3",
        sent: "header.out.b3",
        headers: &["b3"],
        extract: b3::extract,
    },
    Format {
        received: "header.in.b3multi",
        sent: "header.out.b3multi",
        headers: &[
            "x-b3-traceid",
            "x-b3-spanid",
            "x-b3-parentspanid",
            "x-b3-sampled",
            "x-b3-flags",
        ],
        extract: b3::extract,
    },
    Format {
        received: "header.in.tracecontext",
        sent: "header.out.tracecontext",
        headers: &["traceparent", "tracestate"],
        extract: w3c::extract,
    },
];

/// The context headers that came in, each format with what was made of it: `accepted`, `denied`, `debug`, `deferred`,
/// `invalid`, or `not used` where another format named the trace. Then the baggage: which members are kept, passed on or dropped.
///
/// ```
/// use telemetry::propagation::{self, PropagationSettings, seen};
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("b3", "463ac35c9f6413ad-a2fb4a1d1a96d312-1".parse()?);
/// headers.insert("traceparent", "00-0-0".parse()?);
/// headers.insert("baggage", "token=secret".parse()?);
/// let settings = PropagationSettings::default();
/// let caller = propagation::extract(&headers, &settings.propagators);
///
/// let tags = seen::received(&headers, &settings, &caller);
/// assert_eq!(tags[0].0, "header.in.b3");
/// assert_eq!(tags[0].1, "accepted; b3: 463ac35c9f6413ad-a2fb4a1d1a96d312-1");
/// assert_eq!(tags[1].1, "invalid; traceparent: 00-0-0");
/// assert_eq!(tags[2].1, "token dropped, 6 bytes");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn received(headers: &HeaderMap, settings: &PropagationSettings, caller: &Extracted) -> Vec<SeenTag> {
    let mut tags = Vec::new();
    for format in FORMATS {
        let own = only(headers, format.headers);
        if !own.is_empty() {
            let verdict = verdict(&(format.extract)(&own), caller);
            let value = listed(&format!("{verdict}; "), &own, format.headers);
            tags.push((format.received, value));
        }
    }
    let fate = match settings.baggage_pass {
        BaggagePass::None => "dropped",
        BaggagePass::All => "passed on",
    };
    tags.extend(members(headers, settings, "kept", fate).map(|text| ("header.in.baggage", text)));
    tags
}

/// The context headers that went out.
pub fn sent(headers: &HeaderMap, settings: &PropagationSettings) -> Vec<SeenTag> {
    let mut tags = Vec::new();
    for format in FORMATS {
        let own = only(headers, format.headers);
        if !own.is_empty() {
            tags.push((format.sent, listed("", &own, format.headers)));
        }
    }
    tags.extend(members(headers, settings, "sent", "passed on").map(|text| ("header.out.baggage", text)));
    tags
}

fn only(headers: &HeaderMap, names: &[&'static str]) -> HeaderMap {
    let mut own = HeaderMap::new();
    for name in names {
        for value in headers.get_all(*name) {
            own.append(HeaderName::from_static(name), value.clone());
        }
    }
    own
}

fn verdict(read: &Extracted, caller: &Extracted) -> &'static str {
    match (read.ids, read.sampling) {
        (None, Sampling::Defer) => "invalid",
        (Some(_), _) if read.ids != caller.ids => "not used",
        (_, Sampling::Accept) => "accepted",
        (_, Sampling::Deny) => "denied",
        (_, Sampling::Debug) => "debug",
        (Some(_), Sampling::Defer) => "deferred",
    }
}

fn listed(before: &str, headers: &HeaderMap, names: &[&str]) -> String {
    let mut text = before.to_owned();
    for name in names {
        for value in headers.get_all(*name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            let separator = if text.len() > before.len() { ", " } else { "" };
            // Writing to a text never fails.
            let _ = write!(text, "{separator}{name}: {}", cut(&value, MAX_VALUE));
        }
    }
    cut(&text, MAX_BYTES).to_owned()
}

/// Each member of the baggage with its fate: those of `MDC_PROPAGATE` by their names, whose values are tags of their own;
/// the others by name and length. Nothing for no baggage.
fn members(headers: &HeaderMap, settings: &PropagationSettings, named: &str, others: &str) -> Option<String> {
    let mut members = baggage::members(headers).filter(|member| !member.trim().is_empty());
    let shown = members
        .by_ref()
        .take(MAX_MEMBERS)
        .map(|member| match baggage::parse(member) {
            Some((name, _)) if settings.mdc_propagate.iter().any(|each| each == name) => {
                format!("{name} {named}")
            }
            Some((name, value)) if baggage::is_name(name) => {
                format!("{} {others}, {} bytes", cut(name, MAX_VALUE), value.len())
            }
            _ => format!("invalid, {} bytes", member.len()),
        });
    let mut shown: Vec<String> = shown.collect();
    let more = members.count();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    (!shown.is_empty()).then(|| cut(&shown.join("; "), MAX_BYTES).to_owned())
}

/// At most so many bytes, in whole characters.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::propagation::{HeaderFormat, extract};

    const B3: &str = "463ac35c9f6413ad-a2fb4a1d1a96d312";
    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn tags(pairs: &[(&'static str, &str)], settings: &PropagationSettings) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let caller = extract(&headers, &settings.propagators);
        let tags = received(&headers, settings, &caller);
        tags.into_iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect()
    }

    #[test]
    fn each_format_says_what_was_made_of_it() {
        let settings = PropagationSettings::default();
        for (value, verdict) in [
            (format!("{B3}-1"), "accepted"),
            (format!("{B3}-0"), "denied"),
            (format!("{B3}-d"), "debug"),
            (B3.to_owned(), "deferred"),
            ("0".to_owned(), "denied"),
            ("nonsense".to_owned(), "invalid"),
        ] {
            assert_eq!(
                tags(&[("b3", &value)], &settings),
                [format!("header.in.b3={verdict}; b3: {value}")]
            );
        }
        assert_eq!(tags(&[], &settings), [""; 0]);
    }

    #[test]
    fn the_format_that_did_not_name_the_trace_is_not_used() {
        let first = |format| PropagationSettings {
            propagators: vec![format],
            ..PropagationSettings::default()
        };
        let both = [("b3", B3), ("traceparent", PARENT)];
        let by_b3 = tags(&both, &first(HeaderFormat::B3));
        assert_eq!(
            by_b3[1],
            format!("header.in.tracecontext=not used; traceparent: {PARENT}")
        );
        let by_w3c = tags(&both, &first(HeaderFormat::TraceContext));
        assert_eq!(by_w3c[0], format!("header.in.b3=not used; b3: {B3}"));
        assert!(by_w3c[1].starts_with("header.in.tracecontext=accepted"));
    }

    #[test]
    fn values_of_others_baggage_are_never_told() {
        let settings = PropagationSettings {
            mdc_propagate: vec!["userId".to_owned()],
            ..PropagationSettings::default()
        };
        let said = tags(&[("baggage", "userId=kim,token=s3cret;p=1, =x")], &settings);
        assert_eq!(
            said,
            ["header.in.baggage=userId kept; token dropped, 6 bytes; invalid, 3 bytes"]
        );
        let all = PropagationSettings {
            baggage_pass: BaggagePass::All,
            ..settings
        };
        assert_eq!(
            tags(&[("baggage", "token=s3cret")], &all),
            ["header.in.baggage=token passed on, 6 bytes"]
        );
    }

    #[test]
    fn tags_are_bounded_whatever_came() {
        let members: Vec<String> = (0..5_000)
            .map(|at| format!("{}{at}=v", "n".repeat(900)))
            .collect();
        let long = "é".repeat(9_000);
        let all = members.join(",");
        let pairs = [
            ("baggage", all.as_str()),
            ("tracestate", &long),
            ("x-b3-traceid", &long),
        ];
        let said = tags(&pairs, &PropagationSettings::default());
        assert_eq!(said.len(), 3);
        assert!(said.iter().all(|tag| tag.len() < MAX_BYTES + 40), "{said:?}");
    }
}
