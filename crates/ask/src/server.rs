//! The address of a server, as people have it at hand.

use service::BaseUrl;

/// Where the pages and the API of a Zipkin begin, behind the prefix that a proxy may add.
const PAGES: [&str; 3] = ["zipkin", "traces", "api"];

/// Reads the address of a server. `http://` may be left out, and the address of one of a Zipkin's pages or of its API says as well
/// which server is meant. A user and password are sent with each request.
pub fn parse(text: &str) -> Result<BaseUrl, String> {
    let text = with_scheme(text.trim());
    let (place, _) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
    if place != text {
        return Err(
            "the address of a server has no ? and no #; for example http://127.0.0.1:9411".to_owned(),
        );
    }
    let base: BaseUrl = place.parse().map_err(|error| format!("{error}"))?;
    let url = base.join("");
    let start = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let mut end = start;
    for (index, segment) in url.split_at(start).1.split('/').enumerate() {
        if index > 0 && PAGES.contains(&segment) {
            break;
        }
        end += usize::from(index > 0) + segment.len();
    }
    url.split_at(end).0.parse().map_err(|error| format!("{error}"))
}

/// A part on this machine.
pub fn local(port: u16) -> anyhow::Result<BaseUrl> {
    Ok(format!("http://127.0.0.1:{port}").parse()?)
}

/// `127.0.0.1:9411` and `zipkin` are addresses, too.
pub fn with_scheme(text: &str) -> String {
    if text.is_empty() || text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_any_of_its_addresses() {
        for (text, base) in [
            ("http://127.0.0.1:9411", "http://127.0.0.1:9411"),
            ("http://zipkin:9411/", "http://zipkin:9411"),
            ("http://zipkin:9411//", "http://zipkin:9411"),
            ("http://zipkin:9411/zipkin/", "http://zipkin:9411"),
            ("http://zipkin:9411/zipkin/traces/1f", "http://zipkin:9411"),
            ("http://zipkin:9411/traces/1f", "http://zipkin:9411"),
            ("http://zipkin:9411/api/v2/spans", "http://zipkin:9411"),
            ("http://proxy/prefix/zipkin/", "http://proxy/prefix"),
            ("http://proxy/prefix/", "http://proxy/prefix"),
            ("http://[::1]:9411", "http://[::1]:9411"),
            ("xn--3e0b707e.example", "http://xn--3e0b707e.example"), // 한국 in ASCII
            ("HTTP://Zipkin:9411", "http://zipkin:9411"),
            (" http://zipkin:9411\n", "http://zipkin:9411"),
            ("127.0.0.1:9411", "http://127.0.0.1:9411"),
            ("zipkin:9411/zipkin", "http://zipkin:9411"),
            ("zipkin", "http://zipkin"),
            ("http://terry:secret@zipkin/zipkin/", "http://terry:secret@zipkin"),
            ("terry:secret@zipkin:9411", "http://terry:secret@zipkin:9411"),
        ] {
            assert_eq!(parse(text).unwrap().join(""), base, "{text}");
        }
    }

    #[test]
    fn an_address_that_is_not_understood_is_refused() {
        for (text, reason) in [
            ("http://zipkin:9411/?lookback=15m", "no ?"),
            ("http://zipkin:9411/zipkin/?serviceName=web", "no ?"),
            ("http://zipkin:9411/#top", "no #"),
            ("http://zipkin:9411?", "no ?"),
            ("https://zipkin", "no https://"),
            ("ftp://zipkin", "no ftp://"),
            ("http://", "expected a URL"),
            ("", "expected a URL"),
            ("zipkin:port", "expected a URL"),
            ("http://한국.example", "xn--"), // its ASCII form is xn--3e0b707e.example
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
