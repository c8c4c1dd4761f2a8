//! Where a service is, checked before anything starts.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;
use telemetry::{HttpUrl, HttpUrlError};

/// A service's address, such as `http://127.0.0.1:8082`; a path is a prefix of every request's. A user and password in it
/// are sent, and not shown.
#[derive(Clone)]
pub struct BaseUrl {
    url: Arc<Url>,
    shown: Arc<str>,
}

/// Why a text is no [`BaseUrl`].
#[derive(Debug, thiserror::Error)]
pub enum BaseUrlError {
    /// No URL of HTTP.
    #[error(transparent)]
    NotHttp(#[from] HttpUrlError),
    /// A URL that is more than an address.
    #[error("expected an address such as http://127.0.0.1:8082, without ? and #")]
    NotAnAddress,
}

impl BaseUrl {
    /// The URL of a path, which begins with a slash, with the user and password of the address.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.prefix())
    }

    /// The same for a path that is percent-encoded, perhaps with a query. The address is not parsed again, which is half
    /// of what a call's URL would cost.
    pub fn url(&self, path: &str) -> Url {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = (*self.url).clone();
        match self.url.path() {
            "/" => url.set_path(path),
            prefix => url.set_path(&[prefix.trim_end_matches('/'), path].concat()),
        }
        url.set_query(query);
        url
    }

    fn prefix(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: HttpUrl = text.parse()?;
        let whole = url.as_url();
        if whole.query().is_some() || whole.fragment().is_some() {
            return Err(BaseUrlError::NotAnAddress);
        }
        Ok(Self {
            url: Arc::new(whole.clone()),
            shown: url.to_string().trim_end_matches('/').into(),
        })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_http_address() {
        let cases = [
            ("http://127.0.0.1:8082", "http://127.0.0.1:8082"),
            ("http://orders:8082/", "http://orders:8082"),
            ("http://[::1]:8082", "http://[::1]:8082"),
            ("http://mesh/orders/", "http://mesh/orders"),
        ];
        for (text, expected) in cases {
            let url: BaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), expected);
            assert_eq!(url.join("/items?a=b"), format!("{expected}/items?a=b"));
        }
    }

    #[test]
    fn a_calls_url_is_the_one_that_its_text_stands_for() {
        for address in [
            "http://127.0.0.1:8082",
            "http://[::1]:8082",
            "http://terry:secret@orders/a/b/",
        ] {
            let base: BaseUrl = address.parse().unwrap();
            for path in [
                "/items?name=laptop&a=%26%3F",
                "/",
                "/?",
                "/orders/%EA%B9%80%2F1",
                "//other/items",
                "/a:b@c?d?e",
            ] {
                let parsed = Url::parse(&base.join(path)).unwrap();
                assert_eq!(base.url(path), parsed, "{address} {path}");
            }
        }
    }

    #[test]
    fn a_password_is_sent_and_not_shown() {
        let url: BaseUrl = "http://terry:secret@orders/a/".parse().unwrap();
        assert_eq!(url.join("/items"), "http://terry:secret@orders/a/items");
        assert_eq!(url.to_string(), "http://***@orders/a");
        assert_eq!(format!("{url:?}"), "\"http://***@orders/a\"");
    }

    #[test]
    fn a_bad_base_url_says_what_is_wrong() {
        let not_a_url = "expected a URL such as http://127.0.0.1:8082";
        let not_an_address = "expected an address such as http://127.0.0.1:8082, without ? and #";
        let cases = [
            ("", not_a_url),
            ("orders", not_a_url),
            ("orders:8082", not_a_url), // a scheme called "orders"
            ("http://", not_a_url),
            ("http://orders:99999", not_a_url),
            ("http://orders?x=1", not_an_address),
            ("http://orders#x", not_an_address),
            ("https://orders:8082", "only http:// is possible, no https://"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                text.parse::<BaseUrl>().unwrap_err().to_string(),
                expected,
                "{text}"
            );
        }
    }
}
