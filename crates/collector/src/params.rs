//! The parameters of a query string. Of a repeated one the first counts; unknown ones are ignored.

use std::{convert::Infallible, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::error::Error;

/// The decoded parameters, in order.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// These, in this order.
    pub fn new(params: Vec<(String, String)>) -> Self {
        Self(params)
    }

    /// The first value with this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// A value that must be there, though it may be empty.
    pub fn required(&self, name: &'static str) -> Result<&str, Error> {
        self.get(name).ok_or(Error::MissingParameter(name))
    }

    /// A number, which counts as absent when empty. As in Java, where these are `long`, it may not pass 63 bits.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Error> {
        let Some(text) = self.get(name).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        i64::from_str(text)
            .map(Some)
            .map_err(|_| Error::NotANumber(text.to_owned()))
    }

    /// A number that must be there.
    pub fn required_number(&self, name: &'static str) -> Result<i64, Error> {
        self.required(name)?;
        self.number(name)?.ok_or(Error::NoNumber(name))
    }

    /// All of them, for [`zipkin::Query::parse`].
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        ))
    }
}
