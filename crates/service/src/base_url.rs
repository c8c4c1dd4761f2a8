//! Where a service is, checked before anything starts.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;

/// A service's address, such as `http://127.0.0.1:8082`; a path is a prefix of every request's.
#[derive(Clone, Debug)]
pub struct BaseUrl(Arc<str>);

/// Why a text is no [`BaseUrl`].
#[derive(Debug, thiserror::Error)]
pub enum BaseUrlError {
    /// No URL, or one that is more than an address.
    #[error("expected a URL such as http://127.0.0.1:8082")]
    NotAnAddress,
    /// Another scheme.
    #[error("only http:// is spoken between services, no {0}://")]
    NotHttp(String),
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotAnAddress)?;
        if url.query().is_some() || url.fragment().is_some() || url.cannot_be_a_base() {
            return Err(BaseUrlError::NotAnAddress);
        }
        if url.scheme() != "http" {
            return Err(BaseUrlError::NotHttp(url.scheme().to_owned()));
        }
        Ok(Self(url.as_str().trim_end_matches('/').into()))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
            assert_eq!(text.parse::<BaseUrl>().unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_bad_base_url_says_what_is_wrong() {
        let not_an_address = "expected a URL such as http://127.0.0.1:8082";
        let cases = [
            ("", not_an_address),
            ("orders", not_an_address),
            ("orders:8082", not_an_address), // a scheme called "orders"
            ("http://", not_an_address),
            ("http://orders:99999", not_an_address),
            ("http://orders?x=1", not_an_address),
            (
                "https://orders:8082",
                "only http:// is spoken between services, no https://",
            ),
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
