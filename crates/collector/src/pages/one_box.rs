//! The one box of the list: a trace id, a header, a pasted log line, or conditions.

use zipkin::TraceIdPrefix;

use crate::params::Params;

/// Fewer digits than these are a word.
const MIN_DIGITS: usize = 8;

/// Conditions that are parameters of their own, by the names that people give them.
const FIELDS: [(&str, &str); 14] = [
    ("serviceName", "serviceName"),
    ("service", "serviceName"),
    ("remoteServiceName", "remoteServiceName"),
    ("spanName", "spanName"),
    ("span", "spanName"),
    ("minDuration", "minDuration"),
    ("min", "minDuration"),
    ("maxDuration", "maxDuration"),
    ("max", "maxDuration"),
    ("lookback", "lookback"),
    ("endTs", "endTs"),
    ("startTs", "startTs"),
    ("limit", "limit"),
    ("sort", "sort"),
];

/// The meaning of the text in the box.
#[derive(Debug, PartialEq, Eq)]
pub enum Meant {
    /// A trace, by its id or the first digits of it, in lower case.
    Trace(String),
    /// An id of zeros, which no trace has.
    Zeros,
    /// Conditions, as parameters.
    Search(Vec<(String, String)>),
}

/// Reads the box. Any text means something: what is no id and no condition is looked for as an annotation.
pub fn read(text: &str) -> Meant {
    let text = text.trim();
    if is_id(text, MIN_DIGITS..=32) {
        return trace(text);
    }
    if let Some(id) = in_address(text) {
        return trace(id);
    }
    let parts: Vec<&str> = text
        .split(" and ")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let names_trace = |part: &&str| part.split(['=', ':']).next().is_some_and(is_name_of_id);
    if parts.iter().all(|part| is_condition(part))
        && !parts.iter().any(names_trace)
        && in_header(text).is_none()
    {
        return conditions(&parts);
    }
    match in_header(text).or_else(|| in_line(text)) {
        Some(id) => trace(id),
        None => conditions(&[text]),
    }
}

fn trace(digits: &str) -> Meant {
    if digits.len() == 32 && digits.bytes().all(|digit| digit == b'0') {
        return Meant::Zeros;
    }
    Meant::Trace(digits.to_lowercase())
}

/// The parameters with those of the box before them: of a repeated one the first counts.
pub fn with(conditions: Vec<(String, String)>, params: &Params) -> Params {
    let mut all = conditions;
    for (name, value) in params.iter() {
        let before = all.iter_mut().find(|(known, _)| known == name);
        match before {
            // Tags and annotations of the box and of a link count together.
            Some((_, known)) if name == "annotationQuery" && !value.trim().is_empty() => {
                *known = format!("{known} and {value}");
            }
            _ => all.push((name.to_owned(), value.to_owned())),
        }
    }
    Params::new(all)
}

fn conditions(parts: &[&str]) -> Meant {
    let mut read: Vec<(String, String)> = Vec::new();
    let mut tags: Vec<&str> = Vec::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let key = key.trim();
        match FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, name)) if part.contains('=') => read.push(((*name).to_owned(), value.trim().to_owned())),
            _ => tags.push(part),
        }
    }
    if !tags.is_empty() {
        read.push(("annotationQuery".to_owned(), tags.join(" and ")));
    }
    Meant::Search(read)
}

/// One word, or one word and a value.
fn is_condition(part: &str) -> bool {
    let (key, _) = part.split_once('=').unwrap_or((part, ""));
    !key.trim().is_empty()
        && !key
            .trim()
            .contains(|each: char| each.is_whitespace() || "[]{}\"".contains(each))
}

/// The id in the address of a trace's page, ours or another viewer's: the segment behind `traces`, else the last that is an id.
fn in_address(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next()?;
    if !path.contains('/') || path.contains(|each: char| each == '=' || each.is_whitespace()) {
        return None;
    }
    let segments = path
        .split('/')
        .map(|part| part.strip_suffix(".json").unwrap_or(part));
    let segments: Vec<&str> = segments.collect();
    let is_trace = |part: &str| is_id(part, MIN_DIGITS..=32);
    let named = segments.windows(2).find_map(|pair| match pair {
        [name, id] if is_name_of_id(name) && is_trace(id) => Some(*id),
        _ => None,
    });
    let mut last_first = segments.iter().copied().rev();
    named.or_else(|| last_first.find(|part| path.contains("://") && is_trace(part)))
}

/// `00-{trace}-{span}-01` of W3C, `{trace}-{span}…` of B3, with or without the header's name.
fn in_header(text: &str) -> Option<&str> {
    let words = text.split(|each: char| each.is_whitespace() || "\"'=,;".contains(each));
    words.filter_map(of_header).next()
}

fn of_header(word: &str) -> Option<&str> {
    let word = word.rsplit(':').next()?;
    let mut parts = word.split('-');
    let (first, second) = (parts.next()?, parts.next()?);
    let is_span = |part: Option<&str>| part.is_some_and(|part| is_id(part, 16..=16));
    match first.len() {
        // W3C: a version of two digits comes first.
        2 if is_id(second, 32..=32) && is_span(parts.next()) => Some(second),
        16 | 32 if is_id(first, 16..=32) && is_span(Some(second)) => Some(first),
        _ => None,
    }
}

/// The id in a log line: that behind a name of ids, else the first of 32 digits, else of 16.
fn in_line(text: &str) -> Option<&str> {
    let words: Vec<&str> = text
        .split(|each: char| !each.is_ascii_alphanumeric() && each != '_')
        .collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let is_whole = |word: &str| matches!(word.len(), 16 | 32) && is_id(word, 16..=32);
    let mut pairs = words.windows(2).filter_map(|pair| match pair {
        [name, id] if is_name_of_id(name) && is_whole(id) => Some(*id),
        _ => None,
    });
    let of_length = |length| {
        words
            .iter()
            .copied()
            .find(|word| word.len() == length && is_whole(word))
    };
    pairs.next().or_else(|| of_length(32)).or_else(|| of_length(16))
}

fn is_name_of_id(name: &str) -> bool {
    let plain = |each: &char| each.is_ascii_alphanumeric();
    let name: String = name
        .chars()
        .filter(plain)
        .collect::<String>()
        .to_ascii_lowercase();
    matches!(
        name.as_str(),
        "traceid" | "trace" | "traces" | "xb3traceid" | "traceparent" | "b3"
    )
}

fn is_id(text: &str, digits: std::ops::RangeInclusive<usize>) -> bool {
    digits.contains(&text.len()) && TraceIdPrefix::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "463ac35c9f6413ad48485a3953bb6124";

    #[test]
    fn ids_headers_and_log_lines_lead_to_their_trace() {
        for (text, id) in [
            (" 463AC35C9F6413AD48485A3953BB6124\n", LONG),
            ("463AC35C", "463ac35c"),
            ("00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01", LONG),
            (
                "traceparent: 00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01",
                LONG,
            ),
            (
                "b3: 463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1-0020000000000001",
                LONG,
            ),
            ("b3=463ac35c9f6413ad-a2fb4a1d1a96d312", "463ac35c9f6413ad"),
            ("X-B3-TraceId: 463ac35c9f6413ad", "463ac35c9f6413ad"),
            ("traceId=463ac35c9f6413ad", "463ac35c9f6413ad"),
            // A line of each format. The card's number is no id.
            (
                "2018-11-24 07:17:19.097  INFO [gateway,463ac35c9f6413ad48485a3953bb6124,a2fb4a1d1a96d312,true] 1 --- [main] a : b userId=kim",
                LONG,
            ),
            (
                r#"{"card":"4111111111111111","mdc":{"spanId":"a2fb4a1d1a96d312","traceId":"463ac35c9f6413ad"}}"#,
                "463ac35c9f6413ad",
            ),
            (
                r#"{"logging.googleapis.com/trace":"projects/p/traces/463ac35c9f6413ad48485a3953bb6124"}"#,
                LONG,
            ),
            (
                r#"{"span.id":"a2fb4a1d1a96d312","trace.id":"463ac35c9f6413ad48485a3953bb6124"}"#,
                LONG,
            ),
        ] {
            assert_eq!(read(text), Meant::Trace(id.into()), "{text}");
        }
    }

    #[test]
    fn the_address_of_a_page_leads_to_its_trace() {
        for (text, id) in [
            (
                "http://localhost:9411/zipkin/traces/463AC35C9F6413AD",
                "463ac35c9f6413ad",
            ),
            (
                "http://127.0.0.1:9411/traces/463ac35c9f6413ad/spans/a2fb4a1d1a96d312?all",
                "463ac35c9f6413ad",
            ),
            (
                "localhost:9411/traces/463ac35c9f6413ad.json#waterfall",
                "463ac35c9f6413ad",
            ),
            (
                "https://jaeger.example/trace/463ac35c9f6413ad48485a3953bb6124",
                LONG,
            ),
            ("https://tool.example/t/463ac35c", "463ac35c"),
        ] {
            assert_eq!(read(text), Meant::Trace(id.into()), "{text}");
        }
        for text in [
            "http.path=/traces/463ac35c9f6413ad",
            "/orders/12345678",
            "http://a.example/b",
        ] {
            let tag = ("annotationQuery".to_owned(), text.to_owned());
            assert_eq!(read(text), Meant::Search(vec![tag]), "{text}");
        }
    }

    #[test]
    fn an_id_of_zeros_is_none() {
        let zeros = "0".repeat(32);
        for text in [zeros.clone(), format!("00-{zeros}-a2fb4a1d1a96d312-01")] {
            assert_eq!(read(&text), Meant::Zeros, "{text}");
        }
    }

    #[test]
    fn conditions_are_the_parameters_of_a_search() {
        for (text, expected) in [
            ("", &[][..]),
            ("error", &[("annotationQuery", "error")]),
            // Seven digits of hex are a word.
            ("deadbee", &[("annotationQuery", "deadbee")]),
            (
                "userId=kim and http.status_code=500",
                &[("annotationQuery", "userId=kim and http.status_code=500")],
            ),
            (
                "card=4111111111111111",
                &[("annotationQuery", "card=4111111111111111")],
            ),
            (
                "minDuration=5ms and error and service=orders",
                &[
                    ("minDuration", "5ms"),
                    ("serviceName", "orders"),
                    ("annotationQuery", "error"),
                ],
            ),
            ("the cart is empty", &[("annotationQuery", "the cart is empty")]),
        ] {
            let expected = expected
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()));
            assert_eq!(read(text), Meant::Search(expected.collect()), "{text}");
        }
    }

    #[test]
    fn the_box_goes_before_the_fields_and_adds_to_tags() {
        let params = [("annotationQuery", "a=b"), ("limit", "7"), ("q", "x")];
        let params = Params::new(params.map(|(name, value)| (name.into(), value.into())).into());
        let Meant::Search(conditions) = read("error and limit=3") else {
            panic!("a trace")
        };
        let all = with(conditions, &params);
        assert_eq!(
            (all.get("annotationQuery"), all.get("limit")),
            (Some("error and a=b"), Some("3"))
        );
    }
}
