//! The way from the address of a request to the collector's root. Links are relative to it, so that pages work below a
//! path prefix of a reverse proxy, which nobody tells the collector.

use std::{convert::Infallible, fmt};

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};

/// The address as the browser has it, where it was made another on its way to a route.
#[derive(Clone)]
pub struct Asked(pub Uri);

/// The number of folders up to the root: displayed, `./` or `../../`.
#[derive(Clone, Copy)]
pub struct Root(usize);

impl Root {
    /// Of `/traces/…`.
    pub const BELOW_ONE: Self = Self(1);
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("./"),
            folders => (0..folders).try_for_each(|_| f.write_str("../")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Root {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let asked = parts.extensions.get::<Asked>();
        let uri = asked.map_or(&parts.uri, |Asked(uri)| uri);
        Ok(Self(uri.path().matches('/').skip(1).count()))
    }
}
