//! W3C Baggage: the header that carries MDC values. Values are percent-encoded UTF-8, so that any text passes.

use std::borrow::Cow;

use bytes::BytesMut;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::{carrier::Carrier, context::Outgoing, mdc::Mdc};

// Parsed by the compiler: looking up a `&str` parses it again for each request.
static BAGGAGE: HeaderName = HeaderName::from_static("baggage");

/// The longest list of members that the specification lets every participant count on, in bytes.
pub const MAX_BYTES: usize = 8192;

/// Characters that are encoded in a value; everything beyond ASCII is, too. A plus sign may stand as it is, but
/// OpenTelemetry for Python reads it as a space.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'+')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

/// Reads the members with these names; the last of a repeated one counts. What could not travel on is not taken.
///
/// ```
/// use telemetry::propagation::baggage;
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("baggage", "userId=terry%20w,tenant=7;ttl=1".parse()?);
/// let names = ["userId".to_owned()];
/// assert!(baggage::extract(&headers, &names).iter().eq([("userId", "terry w")]));
/// assert_eq!(baggage::others(&headers, &names), "tenant=7;ttl=1");
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn extract(headers: &HeaderMap, names: &[String]) -> Mdc {
    let mut found = Mdc::new();
    for (name, value) in members(headers).filter_map(parse) {
        if names.iter().any(|each| each == name) {
            found.remove(name);
            let value = decoded(value);
            if can_travel(&found, name, &value) {
                found.put(&name.into(), &value.into());
            }
        }
    }
    found
}

/// The members with other names, as they came, properties included: for a service that passes on what it does not
/// read. At most [`MAX_BYTES`].
pub fn others(headers: &HeaderMap, names: &[String]) -> String {
    let mut list = BytesMut::new();
    for member in members(headers) {
        if parse(member).is_some_and(|(name, _)| is_name(name) && names.iter().all(|each| each != name)) {
            push(&mut list, [member.trim_ascii()]);
        }
    }
    // Members are ASCII.
    String::from_utf8(list.into()).unwrap_or_default()
}

/// The members as they came. One that is not ASCII is none, and takes no other with it.
pub(super) fn members(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lists = headers.get_all(&BAGGAGE).iter().map(HeaderValue::as_bytes);
    let members = lists.flat_map(|list| list.split(|&byte| byte == b','));
    members
        .filter(|member| member.is_ascii())
        .filter_map(|member| str::from_utf8(member).ok())
}

/// Writes the members, then others as they came, in place of whatever baggage stood there.
pub(super) fn inject(outgoing: &Outgoing<'_>, carrier: &mut Carrier<'_>) {
    let is_propagated = |name: &str| outgoing.propagated.iter().any(|each| each == name);
    for (name, value) in outgoing.mdc.iter().filter(|(name, _)| is_propagated(name)) {
        let member = [name, "="].into_iter().chain(utf8_percent_encode(value, ENCODED));
        push(&mut carrier.value, member);
    }
    for member in outgoing
        .other_baggage
        .split(',')
        .filter(|member| !member.is_empty())
    {
        push(&mut carrier.value, [member]);
    }
    carrier.set(&BAGGAGE);
}

/// Adds a member where the list has room for the whole of it.
fn push<'a>(list: &mut BytesMut, member: impl IntoIterator<Item = &'a str>) {
    let before = list.len();
    if before > 0 {
        list.extend_from_slice(b",");
    }
    for part in member {
        list.extend_from_slice(part.as_bytes());
    }
    if list.len() > MAX_BYTES {
        list.truncate(before);
    }
}

/// Whether a value can go where the others of these go: all of them together stay within [`MAX_BYTES`].
///
/// ```
/// use telemetry::propagation::{Mdc, baggage::can_travel};
///
/// assert!(can_travel(&Mdc::new(), "note", "short"));
/// assert!(!can_travel(&Mdc::new(), "note", &"%".repeat(3_000))); // each is `%25` on the wire
/// ```
pub fn can_travel(with: &Mdc, name: &str, value: &str) -> bool {
    let fit = |member_len: fn(&str, &str) -> usize| {
        let others = with.iter().filter(|(each, _)| *each != name);
        let others = others.map(|(name, value)| member_len(name, value) + 1);
        others.sum::<usize>() + member_len(name, value) <= MAX_BYTES
    };
    // Most often there is room even if every byte were to be encoded.
    fit(|name, value| name.len() + 1 + 3 * value.len()) || fit(member_len)
}

/// The bytes that a member takes on the wire.
fn member_len(name: &str, value: &str) -> usize {
    name.len() + 1 + utf8_percent_encode(value, ENCODED).map(str::len).sum::<usize>()
}

/// Whether a name can be a member's: a token of RFC 7230.
///
/// ```
/// use telemetry::propagation::baggage::is_name;
///
/// assert!(is_name("userId") && !is_name("user id"));
/// ```
pub fn is_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token)
}

/// `name=value;properties`, the value as it came; the properties are nobody's here.
pub(super) fn parse(member: &str) -> Option<(&str, &str)> {
    let (member, _) = member.split_once(';').unwrap_or((member, ""));
    let (name, value) = member.split_once('=')?;
    Some((name.trim_ascii(), value.trim_ascii()))
}

/// The text that a value stands for; what is not UTF-8 becomes U+FFFD, as the specification has it.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
        return Cow::Borrowed(value);
    }
    percent_decode_str(value).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use zipkin::{SpanId, TraceId};

    use super::*;
    use crate::propagation::{Ids, Sampling};

    fn names() -> Vec<String> {
        vec!["userId".into(), "orderId".into()]
    }

    fn mdc<const N: usize>(values: [(&str, &str); N]) -> Mdc {
        Mdc::from_iter(values)
    }

    fn inject(mdc: &Mdc, others: &str, headers: &mut HeaderMap) {
        let ids = Ids {
            trace_id: TraceId::new(1),
            span_id: SpanId::new(1),
            parent_id: None,
        };
        let outgoing = Outgoing {
            mdc,
            propagated: &names(),
            other_baggage: others,
            ..Outgoing::of(ids, Sampling::Accept)
        };
        super::inject(&outgoing, &mut Carrier::new(headers));
    }

    #[test]
    fn any_text_comes_back_as_it_went() {
        for value in [
            "terry",
            "",
            "김철수",
            "a/b?c%d",
            "\"q\" ; , = \\",
            "line\nbreak\u{0}",
            " spaced ",
        ] {
            let mut headers = HeaderMap::new();
            inject(&mdc([("userId", value)]), "", &mut headers);
            assert_eq!(
                extract(&headers, &names()),
                mdc([("userId", value)]),
                "{headers:?}"
            );
            assert_eq!(headers[&BAGGAGE].len(), member_len("userId", value), "{value}");
        }
    }

    #[test]
    fn a_plus_sign_is_encoded_and_read_as_it_is() {
        let mut headers = HeaderMap::new();
        inject(&mdc([("userId", "a+b c")]), "", &mut headers);
        assert_eq!(headers[&BAGGAGE], "userId=a%2Bb%20c");
        headers.insert(&BAGGAGE, "userId=a+b%20c".parse().unwrap());
        assert_eq!(extract(&headers, &names()), mdc([("userId", "a+b c")]));
    }

    #[test]
    fn only_trusted_names_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(
            &BAGGAGE,
            " userId = terry ;secret=1, admin=true,broken".parse().unwrap(),
        );
        headers.append(&BAGGAGE, "orderId=8".parse().unwrap());
        assert_eq!(
            extract(&headers, &names()),
            mdc([("userId", "terry"), ("orderId", "8")])
        );
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_replaced() {
        for (value, text) in [
            ("%ff", "\u{fffd}"),
            ("a%FFb", "a\u{fffd}b"),
            ("%C3(", "\u{fffd}("),
            ("%zz%", "%zz%"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(&BAGGAGE, format!("userId={value}").parse().unwrap());
            assert_eq!(extract(&headers, &names()), mdc([("userId", text)]));
        }
    }

    #[test]
    fn a_member_that_cannot_be_read_takes_no_other_with_it() {
        let mut headers = HeaderMap::new();
        let list = HeaderValue::from_bytes("a=é,tenant=%ff,userId=terry".as_bytes()).unwrap();
        headers.insert(&BAGGAGE, list);
        assert_eq!(extract(&headers, &names()), mdc([("userId", "terry")]));
        assert_eq!(others(&headers, &names()), "tenant=%ff");
    }

    #[test]
    fn others_are_passed_on_as_they_came() {
        let mut headers = HeaderMap::new();
        headers.append(
            &BAGGAGE,
            "userId=eve, tenant=a%20b;ttl=3 ,broken,b@d=1,".parse().unwrap(),
        );
        headers.append(&BAGGAGE, "region=kr".parse().unwrap());
        let others = others(&headers, &names());
        assert_eq!(others, "tenant=a%20b;ttl=3,region=kr");
        inject(&mdc([("userId", "terry")]), &others, &mut headers);
        assert_eq!(headers[&BAGGAGE], "userId=terry,tenant=a%20b;ttl=3,region=kr");
    }

    #[test]
    fn a_list_stays_within_its_limit() {
        let mut headers = HeaderMap::new();
        let long = "x".repeat(MAX_BYTES - "userId=".len());
        inject(
            &mdc([("userId", &long), ("orderId", "8")]),
            "tenant=1",
            &mut headers,
        );
        assert_eq!(headers[&BAGGAGE].len(), MAX_BYTES);
    }

    #[test]
    fn a_value_that_could_not_travel_on_is_not_taken() {
        let mut headers = HeaderMap::new();
        // The limit is one of what is passed on: a stranger's member does not count.
        let stranger = "x".repeat(MAX_BYTES);
        for (userid, is_taken) in [
            ("u".repeat(MAX_BYTES - 7), true),
            ("u".repeat(MAX_BYTES - 6), false),
            // One byte came, and three would go.
            ("+".repeat(2728), true),
            ("+".repeat(2729), false),
        ] {
            let list = format!("a={stranger}  ,userId={userid},orderId=8");
            headers.insert(&BAGGAGE, list.parse().unwrap());
            let found = extract(&headers, &names());
            assert_eq!(found.get("userId").is_some(), is_taken, "{}", userid.len());
            inject(&found, "", &mut headers);
            assert_eq!(extract(&headers, &names()), found);
        }
    }
}
