//! Answers that name their trace: axum's and reqwest's.

use http::HeaderMap;

/// An answer with headers: axum's or reqwest's, and no other type's.
pub trait Answered: Sealed {}

/// The parts of an answer that a test looks at.
pub trait Sealed {
    /// Its headers.
    fn headers(&self) -> &HeaderMap;

    /// Its status.
    fn status(&self) -> u16;
}

impl<B> Answered for http::Response<B> {}

impl<B> Sealed for http::Response<B> {
    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn status(&self) -> u16 {
        self.status().as_u16()
    }
}

impl Answered for reqwest::Response {}

impl Sealed for reqwest::Response {
    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn status(&self) -> u16 {
        self.status().as_u16()
    }
}

/// Names and values.
pub fn lines(headers: &HeaderMap) -> Vec<(String, String)> {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    };
    headers.iter().map(line).collect()
}
