//! The address of the page of a Zipkin that has the same traces.

use std::{fmt, str::FromStr};

use url::Url;
use zipkin::TraceId;

/// An address such as `http://127.0.0.1:9412/zipkin/`. It stands in our pages: whoever reads them reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct ZipkinUi(Url);

/// Why a text is no such address. The text is left out: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZipkinUiError {
    /// No URL at all.
    #[error("expected a URL such as http://127.0.0.1:9412/zipkin/")]
    NotAUrl,
    /// Another scheme.
    #[error("only http:// and https:// are possible, no {0}://")]
    NotWeb(String),
    /// A user or a password.
    #[error(
        "a user and a password would stand in the page for all to read: leave them out, and the browser asks for them"
    )]
    HasPassword,
    /// A URL that is more than an address.
    #[error("expected an address such as http://127.0.0.1:9412/zipkin/, without ? and #")]
    NotAnAddress,
}

impl ZipkinUi {
    /// The address of a trace's page.
    pub fn trace(&self, id: TraceId) -> String {
        format!("{}traces/{id}", self.0)
    }
}

impl FromStr for ZipkinUi {
    type Err = ZipkinUiError;

    fn from_str(text: &str) -> Result<Self, ZipkinUiError> {
        let mut url = Url::parse(text.trim()).map_err(|_| ZipkinUiError::NotAUrl)?;
        if url.cannot_be_a_base() {
            return Err(ZipkinUiError::NotAUrl); // `zipkin:9412` is a URL whose scheme is `zipkin`
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ZipkinUiError::NotWeb(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ZipkinUiError::HasPassword);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(ZipkinUiError::NotAnAddress);
        }
        // Zipkin leads from its root to there, but not from other paths.
        let path = match url.path() {
            "/" => "/zipkin/".to_owned(),
            path => format!("{}/", path.trim_end_matches('/')),
        };
        url.set_path(&path);
        Ok(Self(url))
    }
}

impl fmt::Debug for ZipkinUi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(text: &str) -> Result<String, ZipkinUiError> {
        let ui: ZipkinUi = text.parse()?;
        Ok(ui.trace(TraceId::new(0xabc)))
    }

    #[test]
    fn an_address_leads_to_the_trace() {
        for (text, expected) in [
            ("http://127.0.0.1:9412", "http://127.0.0.1:9412/zipkin/"),
            ("http://zipkin:9411/", "http://zipkin:9411/zipkin/"),
            ("https://ops.example/zipkin", "https://ops.example/zipkin/"),
            (" http://[::1]:9411/a/b/ ", "http://[::1]:9411/a/b/"),
            // Nothing of it ends an attribute.
            ("http://zipkin/\"><b>", "http://zipkin/%22%3E%3Cb%3E/"),
        ] {
            let expected = format!("{expected}traces/0000000000000abc");
            assert_eq!(trace(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_a_link_is_refused_without_its_text() {
        for (text, error) in [
            ("", ZipkinUiError::NotAUrl),
            ("zipkin:9411", ZipkinUiError::NotAUrl),
            ("/zipkin", ZipkinUiError::NotAUrl),
            ("http://", ZipkinUiError::NotAUrl),
            ("javascript:alert(1)", ZipkinUiError::NotAUrl),
            ("ftp://zipkin/", ZipkinUiError::NotWeb("ftp".into())),
            ("http://terry:secret@zipkin/", ZipkinUiError::HasPassword),
            ("http://terry@zipkin/", ZipkinUiError::HasPassword),
            ("http://zipkin/?key=secret", ZipkinUiError::NotAnAddress),
            ("http://zipkin/#a", ZipkinUiError::NotAnAddress),
        ] {
            assert_eq!(trace(text), Err(error.clone()), "{text}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
