//! The target of `hop call`: a path at the gateway, or a whole URL.

use std::str::FromStr;

use ask::server::with_scheme;
use service::BaseUrl;
use telemetry::HttpUrl;

/// A path, and the server where that is not the gateway.
#[derive(Clone, Debug)]
pub struct Target {
    /// The server that a whole URL names.
    pub server: Option<BaseUrl>,
    /// Path and query.
    pub path: String,
}

/// `orders/8` is a path without its slash; `127.0.0.1:8081/orders/8` is a URL without its scheme.
impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let place = text.split(['/', '?', '#']).next().unwrap_or_default();
        if !place.contains(':') {
            let path = format!("/{}", text.trim_start_matches('/'));
            return Ok(Self { server: None, path });
        }
        let url: HttpUrl = with_scheme(text).parse().map_err(|error| format!("{error}"))?;
        let mut server = url.as_url().clone();
        server.set_path("");
        server.set_query(None);
        server.set_fragment(None);
        let path = url.as_url().path().to_owned();
        let query = url.as_url().query();
        let path = query.map_or(path.clone(), |query| format!("{path}?{query}"));
        let server = server.as_str().parse().map_err(|error| format!("{error}"))?;
        Ok(Self {
            server: Some(server),
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_a_whole_url_are_told_apart() {
        for (text, server, path) in [
            ("/orders/8", "", "/orders/8"),
            ("orders/8?a=b:c", "", "/orders/8?a=b:c"),
            ("/orders/a:b", "", "/orders/a:b"),
            ("", "", "/"),
            (
                "http://127.0.0.1:8082/orders/8?a=b",
                "http://127.0.0.1:8082",
                "/orders/8?a=b",
            ),
            ("http://127.0.0.1:8082", "http://127.0.0.1:8082", "/"),
            ("127.0.0.1:8082/orders/8", "http://127.0.0.1:8082", "/orders/8"),
            (
                "http://terry:secret@gateway/users/a@b",
                "http://***@gateway",
                "/users/a@b",
            ),
        ] {
            let target = text.parse::<Target>().unwrap();
            let shown = target
                .server
                .map_or_else(String::new, |server| server.to_string());
            assert_eq!((shown.as_str(), target.path.as_str()), (server, path), "{text}");
        }
        for text in ["https://127.0.0.1/orders/8", "http://", "localhost:port/orders/8"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
