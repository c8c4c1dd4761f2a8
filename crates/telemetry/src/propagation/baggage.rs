//! W3C Baggage: the header that carries MDC values. Values are percent-encoded UTF-8, so that any text passes.

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

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
pub fn extract(headers: &HeaderMap, names: &[String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
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
                found.push((name.to_owned(), value));
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
        let is_another = |(name, _): &(&str, String)| is_name(name) && names.iter().all(|each| each != name);
        if parse_member(member).is_some_and(|parsed| is_another(&parsed)) {
            push(&mut list, member.trim());
        }
    }
    list
}

/// Writes the members, then others as they came, in place of whatever baggage stood there.
pub fn inject(members: &[(String, String)], others: &str, headers: &mut HeaderMap) {
    headers.remove(&BAGGAGE);
    let mut list = String::new();
    for (name, value) in members {
        push(
            &mut list,
            &format!("{name}={}", utf8_percent_encode(value, ENCODED)),
        );
    }
    for member in others.split(',').filter(|member| !member.is_empty()) {
        push(&mut list, member);
    }
    if let Some(value) = HeaderValue::try_from(list).ok().filter(|list| !list.is_empty()) {
        headers.insert(&BAGGAGE, value);
    }
}

/// Adds a member where the list has room for the whole of it.
fn push(list: &mut String, member: &str) {
    let comma = if list.is_empty() { "" } else { "," };
    if list.len() + comma.len() + member.len() <= MAX_BYTES {
        list.extend([comma, member]);
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
fn parse_member(member: &str) -> Option<(&str, String)> {
    let (name, value) = member.split(';').next()?.split_once('=')?;
    let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
    Some((name.trim(), value.into_owned()))
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
            let members = vec![("userId".to_owned(), value.to_owned())];
            inject(&members, "", &mut headers);
            assert_eq!(extract(&headers, &names()), members, "{headers:?}");
            assert_eq!(headers[&BAGGAGE].len(), member_len("userId", value));
        }
    }

    #[test]
    fn a_plus_sign_is_encoded_and_read_as_it_is() {
        let mut headers = HeaderMap::new();
        let members = vec![("userId".to_owned(), "a+b c".to_owned())];
        inject(&members, "", &mut headers);
        assert_eq!(headers[&BAGGAGE], "userId=a%2Bb%20c");
        headers.insert(&BAGGAGE, "userId=a+b%20c".parse().unwrap());
        assert_eq!(extract(&headers, &names()), members);
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
            [
                ("userId".to_owned(), "terry".to_owned()),
                ("orderId".to_owned(), "8".to_owned())
            ]
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
        inject(&[("userId".into(), "terry".into())], &others, &mut headers);
        assert_eq!(headers[&BAGGAGE], "userId=terry,tenant=a%20b;ttl=3,region=kr");
    }

    #[test]
    fn a_list_stays_within_its_limit() {
        let mut headers = HeaderMap::new();
        let long = "x".repeat(MAX_BYTES - "userId=".len());
        inject(
            &[("userId".into(), long), ("orderId".into(), "8".into())],
            "tenant=1",
            &mut headers,
        );
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
