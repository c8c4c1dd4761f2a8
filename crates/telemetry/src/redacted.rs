//! Texts that may hold a password: URLs, and what somebody took for one.

/// The text with `***` for what may be a user and a password, and for a URL's query. A text that is no URL is not understood, so that
/// all is left out between its scheme and its last `@`.
///
/// ```
/// use telemetry::config::redacted;
///
/// assert_eq!(redacted("ftp://terry:secret@zipkin/spans"), "ftp://***@zipkin/spans");
/// ```
pub fn redacted(text: &str) -> String {
    let start = text.find("://").map(|scheme| scheme + "://".len());
    let (scheme, rest) = text.split_at(start.unwrap_or(0));
    let mut shown = scheme.to_owned();
    let rest = match rest.rsplit_once('@') {
        // `terry@example.com` is a name.
        Some((user, host)) if start.is_some() || user.contains(':') => {
            shown.push_str("***@");
            host
        }
        _ => rest,
    };
    match rest.split_once('?') {
        Some((address, _query)) if start.is_some() => shown + address + "?***",
        _ => shown + rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_may_be_a_password_is_left_out() {
        for (text, shown) in [
            ("http://zipkin:9411/zipkin/", "http://zipkin:9411/zipkin/"),
            ("http://terry:secret@zipkin", "http://***@zipkin"),
            ("http://secret@zipkin", "http://***@zipkin"),
            ("http://a:b/c@d?e#f@zipkin", "http://***@zipkin"),
            ("https://a:b@one,http://c:d@two", "https://***@two"),
            ("terry:secret@zipkin:9411", "***@zipkin:9411"),
            ("http://zipkin/?key=secret", "http://zipkin/?***"),
            ("/orders/8?a=b", "/orders/8?a=b"),
            ("terry@example.com", "terry@example.com"),
            ("127.0.0.1:8081", "127.0.0.1:8081"),
            ("", ""),
        ] {
            assert_eq!(redacted(text), shown, "{text}");
        }
    }
}
