//! What a route reads from its path and headers. Each is checked here, once; a handler gets only good ones.

use std::fmt;
use std::future::ready;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::Error;

/// The order's number, from `/orders/{id}`: any whole number of 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct OrderId(pub i32);

/// The user's name, from `/users/{name}`: any text but `.` and `..`.
#[derive(Clone, Debug)]
pub struct UserName(String);

/// Who asks, from the header `userid`: any text, even none.
#[derive(Clone, Debug)]
pub struct UserId(String);

impl<S: Send + Sync> FromRequestParts<S> for OrderId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await?;
        match id.parse() {
            Ok(id) => Ok(Self(id)),
            Err(_) => Err(Error::BadRequest(
                "The order id must be a whole number of 32 bits".into(),
            )),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UserName {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(name) = Path::<String>::from_request_parts(parts, state).await?;
        // As segments of a URL these mean "here" and "one up", percent-encoded or not: no client can send
        // them on to the next hop (RFC 3986, section 5.2.4; WHATWG URL).
        if name == "." || name == ".." {
            return Err(Error::BadRequest("A user's name cannot be '.' or '..'".into()));
        }
        Ok(Self(name))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UserId {
    type Rejection = Error;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        ready(read_user_id(parts))
    }
}

/// `to_str` of a header value would refuse everything but ASCII; names come in every script.
fn read_user_id(parts: &Parts) -> Result<UserId, Error> {
    let Some(value) = parts.headers.get("userid") else {
        let message = "Missing request header 'userid' for method parameter of type String";
        return Err(Error::BadRequest(message.into()));
    };
    match str::from_utf8(value.as_bytes()) {
        Ok(text) => Ok(UserId(text.to_owned())),
        Err(_) => Err(Error::BadRequest("Request header 'userid' is not UTF-8".into())),
    }
}

impl UserName {
    /// The name, decoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, to keep.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl UserId {
    /// The header's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, to keep.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
