//! W3C Baggage: the header that carries MDC values. Values are percent-encoded UTF-8, so that any text passes.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::scope::Mdc;

// Parsed by the compiler: looking up a `&str` parses it again for each request.
static BAGGAGE: HeaderName = HeaderName::from_static("baggage");

/// The longest list of members that the specification lets every participant count on, in bytes.
pub const MAX_BYTES: usize = 8192;

/// What a value may not hold as it is; everything beyond ASCII is encoded too. A plus sign may stand as it is, but
/// OpenTelemetry for Python reads it as a space.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'+')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

/// Reads the members with these names; the last of a repeated one counts. What stands beyond [`MAX_BYTES`] is not read.
pub fn extract(headers: &HeaderMap, names: &[String]) -> Mdc {
    let mut found = Mdc::new();
    let mut room = MAX_BYTES;
    for header in headers.get_all(&BAGGAGE) {
        let Ok(header) = header.to_str() else { continue };
        for member in header.split(',') {
            let Some(rest) = room.checked_sub(member.len()) else {
                return found;
            };
            room = rest.saturating_sub(1);
            let Some((name, value)) = parse_member(member) else {
                continue;
            };
            if names.iter().any(|each| each == name) {
                found.retain(|(each, _)| each != name);
                found.push((name.into(), value.into()));
            }
        }
    }
    found
}

/// The members with other names, as they came, properties included: for a service that passes on what it does not
/// read. At most [`MAX_BYTES`].
pub fn others(headers: &HeaderMap, names: &[String]) -> String {
    let mut list = String::new();
    let members = headers.get_all(&BAGGAGE).iter();
    for member in members
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','))
    {
        let is_another =
            |(name, _): &(&str, Cow<'_, str>)| is_name(name) && names.iter().all(|each| each != name);
        if parse_member(member).is_some_and(|parsed| is_another(&parsed)) {
            push(&mut list, [member.trim()]);
        }
    }
    list
}

/// Writes the members, then others as they came, in place of whatever baggage stood there.
pub fn inject(members: &[(&str, &str)], others: &str, headers: &mut HeaderMap) {
    let mut list = String::with_capacity(64);
    for (name, value) in members {
        push(
            &mut list,
            [*name, "="]
                .into_iter()
                .chain(utf8_percent_encode(value, ENCODED)),
        );
    }
    for member in others.split(',').filter(|member| !member.is_empty()) {
        push(&mut list, [member]);
    }
    match HeaderValue::try_from(list).ok().filter(|list| !list.is_empty()) {
        Some(value) => _ = headers.insert(&BAGGAGE, value),
        None => _ = headers.remove(&BAGGAGE),
    }
}

/// Adds a member where the list has room for the whole of it.
fn push<'a>(list: &mut String, member: impl IntoIterator<Item = &'a str>) {
    let before = list.len();
    if before > 0 {
        list.push(',');
    }
    list.extend(member);
    if list.len() > MAX_BYTES {
        list.truncate(before);
    }
}

/// The bytes that a member takes on the wire.
pub fn member_len(name: &str, value: &str) -> usize {
    name.len() + 1 + utf8_percent_encode(value, ENCODED).map(str::len).sum::<usize>()
}

/// Whether a name can be a member's: a token of RFC 7230.
pub fn is_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token)
}

/// `name=value;properties`; the properties are nobody's here.
fn parse_member(member: &str) -> Option<(&str, Cow<'_, str>)> {
    let (member, _) = member.split_once(';').unwrap_or((member, ""));
    let (name, value) = member.split_once('=')?;
    let (name, value) = (name.trim_ascii(), value.trim_ascii());
    if !value.contains('%') {
        return Some((name, Cow::Borrowed(value)));
    }
    Some((name, percent_decode_str(value).decode_utf8().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        vec!["userId".into(), "orderId".into()]
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
            inject(&[("userId", value)], "", &mut headers);
            assert_eq!(
                extract(&headers, &names()),
                [("userId".into(), value.into())],
                "{headers:?}"
            );
            assert_eq!(headers[&BAGGAGE].len(), member_len("userId", value));
        }
    }

    #[test]
    fn a_plus_sign_is_encoded_and_read_as_it_is() {
        let mut headers = HeaderMap::new();
        inject(&[("userId", "a+b c")], "", &mut headers);
        assert_eq!(headers[&BAGGAGE], "userId=a%2Bb%20c");
        headers.insert(&BAGGAGE, "userId=a+b%20c".parse().unwrap());
        assert_eq!(extract(&headers, &names()), [("userId".into(), "a+b c".into())]);
    }

    #[test]
    fn only_trusted_names_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(
            &BAGGAGE,
            " userId = terry ;secret=1, admin=true,broken".parse().unwrap(),
        );
        headers.append(&BAGGAGE, "orderId=8,userId=%ff".parse().unwrap());
        assert_eq!(
            extract(&headers, &names()),
            [("userId".into(), "terry".into()), ("orderId".into(), "8".into())]
        );
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
        inject(&[("userId", "terry")], &others, &mut headers);
        assert_eq!(headers[&BAGGAGE], "userId=terry,tenant=a%20b;ttl=3,region=kr");
    }

    #[test]
    fn a_list_stays_within_its_limit() {
        let mut headers = HeaderMap::new();
        let long = "x".repeat(MAX_BYTES - "userId=".len());
        inject(&[("userId", &long), ("orderId", "8")], "tenant=1", &mut headers);
        assert_eq!(headers[&BAGGAGE].len(), MAX_BYTES);
        headers.insert(
            &BAGGAGE,
            format!("a={},userId=terry", "x".repeat(MAX_BYTES))
                .parse()
                .unwrap(),
        );
        assert_eq!(extract(&headers, &names()), []);
    }
}
