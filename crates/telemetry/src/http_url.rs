//! An address over HTTP whose password is sent and never shown.

use std::{fmt, str::FromStr};

use url::{ParseError, Url};

/// An `http://` URL. Its user and password go with each request, and neither `Display` nor `Debug` shows them.
///
/// ```
/// let url: telemetry::HttpUrl = "http://terry:secret@zipkin:9411/api/v2/spans".parse()?;
/// assert_eq!(url.to_string(), "http://***@zipkin:9411/api/v2/spans");
/// assert_eq!(url.as_url().password(), Some("secret"));
/// # Ok::<(), telemetry::HttpUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HttpUrl(Url);

/// Why a text is no [`HttpUrl`]. The text is left out: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpUrlError {
    /// No URL at all.
    #[error("expected a URL such as http://127.0.0.1:8082")]
    NotAUrl,
    /// A host's name that has no ASCII form here.
    #[error("expected a host name in ASCII; names in other scripts are written as xn--…")]
    HostNotAscii,
    /// Another scheme.
    #[error("only http:// is possible, no {0}://")]
    NotHttp(String),
    /// Another scheme, where TLS is possible.
    #[error("only http:// and https:// are possible, no {0}://")]
    NotWeb(String),
    /// TLS that this build leaves out.
    #[error("https:// needs a build with the feature `rustls` of the crate `three-hops-telemetry`")]
    NeedsRustls,
}

impl HttpUrl {
    /// The whole URL, to send to.
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for HttpUrl {
    type Err = HttpUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = parse(text)?;
        match url.scheme() {
            "http" => Ok(Self(url)),
            other => Err(HttpUrlError::NotHttp(other.to_owned())),
        }
    }
}

fn parse(text: &str) -> Result<Url, HttpUrlError> {
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::IdnaError => HttpUrlError::HostNotAscii,
        _ => HttpUrlError::NotAUrl,
    })?;
    if url.cannot_be_a_base() {
        return Err(HttpUrlError::NotAUrl); // `user:secret@host` is a URL whose scheme is `user`
    }
    Ok(url)
}

/// The URL that spans are posted to: an [`HttpUrl`], or one of `https://` where the feature `rustls` is on.
#[derive(Clone, PartialEq, Eq)]
pub struct ZipkinEndpoint(HttpUrl);

impl ZipkinEndpoint {
    /// Where Zipkin is unless somebody says otherwise.
    #[expect(clippy::unwrap_used, reason = "it is a URL")]
    pub(crate) fn local() -> Self {
        Self(HttpUrl(Url::parse("http://127.0.0.1:9411/api/v2/spans").unwrap()))
    }

    /// The whole URL, to send to.
    pub const fn as_url(&self) -> &Url {
        &self.0.0
    }
}

impl FromStr for ZipkinEndpoint {
    type Err = HttpUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = parse(text)?;
        match url.scheme() {
            "http" => Ok(Self(HttpUrl(url))),
            "https" if cfg!(feature = "rustls") => Ok(Self(HttpUrl(url))),
            "https" => Err(HttpUrlError::NeedsRustls),
            other if cfg!(feature = "rustls") => Err(HttpUrlError::NotWeb(other.to_owned())),
            other => Err(HttpUrlError::NotHttp(other.to_owned())),
        }
    }
}

/// As an [`HttpUrl`] is shown.
impl fmt::Display for ZipkinEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ZipkinEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The URL with `***` for its user and password and for its query, where keys are.
impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if !shown.username().is_empty() || shown.password().is_some() {
            // Only a URL without a host refuses them.
            let _ = shown.set_password(None);
            let _ = shown.set_username("***");
        }
        if shown.query().is_some() {
            shown.set_query(Some("***"));
        }
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_and_not_shown() {
        for (text, shown) in [
            ("http://127.0.0.1:9411/api", "http://127.0.0.1:9411/api"),
            ("http://terry:secret@zipkin:9411", "http://***@zipkin:9411/"),
            ("http://secret@zipkin/a@b", "http://***@zipkin/a@b"),
            ("http://:secret@zipkin", "http://***@zipkin/"),
            ("http://se%20cret:a%40b@zipkin", "http://***@zipkin/"),
            ("http://zipkin/api?key=secret", "http://zipkin/api?***"),
        ] {
            let url: HttpUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), format!("{shown:?}"));
            assert_eq!(url.as_url(), &Url::parse(text).unwrap());
        }
    }

    #[test]
    fn the_error_is_said_without_the_text() {
        let not_a_url = HttpUrlError::NotAUrl;
        for (text, error) in [
            ("", not_a_url.clone()),
            ("zipkin", not_a_url.clone()),
            ("zipkin:9411", not_a_url.clone()), // a scheme called "zipkin"
            ("terry:secret@zipkin", not_a_url.clone()),
            ("http://", not_a_url.clone()),
            ("http://zipkin:99999", not_a_url),
            ("http://xn--.example", HttpUrlError::HostNotAscii), // as 한국.example without Unicode's tables
            ("https://zipkin", HttpUrlError::NotHttp("https".into())),
        ] {
            assert_eq!(text.parse::<HttpUrl>().unwrap_err(), error, "{text}");
        }
    }
    #[test]
    fn an_endpoint_of_tls_needs_the_feature() {
        let endpoint = "https://:secret@zipkin/spans".parse::<ZipkinEndpoint>();
        if cfg!(feature = "rustls") {
            assert_eq!(endpoint.unwrap().to_string(), "https://***@zipkin/spans");
        } else {
            assert!(endpoint.unwrap_err().to_string().contains("`rustls`"));
        }
        let error = "ftp://zipkin".parse::<ZipkinEndpoint>().unwrap_err().to_string();
        assert_eq!(error.contains("https://"), cfg!(feature = "rustls"), "{error}");
    }
}
