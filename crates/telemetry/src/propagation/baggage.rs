//! W3C Baggage: the header that carries MDC values. Values are percent-encoded UTF-8, so that any text passes.

use http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

const BAGGAGE: &str = "baggage";

/// The longest list of members that the specification lets every participant count on, in bytes.
pub const MAX_BYTES: usize = 8192;

/// What a value may not hold as it is; everything beyond ASCII is encoded too.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

/// Reads the members with these names; the last of a repeated one counts. What stands beyond [`MAX_BYTES`] is not read.
pub fn extract(headers: &HeaderMap, names: &[String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut room = MAX_BYTES;
    for header in headers.get_all(BAGGAGE) {
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

/// Writes the members, in place of whatever baggage stood there.
pub fn inject(members: &[(String, String)], headers: &mut HeaderMap) {
    headers.remove(BAGGAGE);
    let mut list = String::new();
    for (name, value) in members {
        let comma = usize::from(!list.is_empty());
        if list.len() + comma + member_len(name, value) > MAX_BYTES {
            continue;
        }
        if comma > 0 {
            list.push(',');
        }
        list.extend([name, "="]);
        list.extend(utf8_percent_encode(value, ENCODED));
    }
    if let Some(value) = HeaderValue::try_from(list).ok().filter(|list| !list.is_empty()) {
        headers.insert(BAGGAGE, value);
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
            inject(&members, &mut headers);
            assert_eq!(extract(&headers, &names()), members, "{headers:?}");
            assert_eq!(headers[BAGGAGE].len(), member_len("userId", value));
        }
    }

    #[test]
    fn only_trusted_names_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(
            BAGGAGE,
            " userId = terry ;secret=1, admin=true,broken".parse().unwrap(),
        );
        headers.append(BAGGAGE, "orderId=8,userId=%ff".parse().unwrap());
        assert_eq!(
            extract(&headers, &names()),
            [
                ("userId".to_owned(), "terry".to_owned()),
                ("orderId".to_owned(), "8".to_owned())
            ]
        );
    }

    #[test]
    fn a_list_stays_within_its_limit() {
        let mut headers = HeaderMap::new();
        let long = "x".repeat(MAX_BYTES - "userId=".len());
        inject(
            &[("userId".into(), long), ("orderId".into(), "8".into())],
            &mut headers,
        );
        assert_eq!(headers[BAGGAGE].len(), MAX_BYTES);
        headers.insert(
            BAGGAGE,
            format!("a={},userId=terry", "x".repeat(MAX_BYTES))
                .parse()
                .unwrap(),
        );
        assert_eq!(extract(&headers, &names()), []);
    }
}
