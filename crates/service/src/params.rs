//! Values that a route reads from its path and headers. Each is checked here, once; a handler gets only good ones.

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

/// The user, from the header `userid`: any text, even none.
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

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{HeaderValue, Request, StatusCode};
    use axum::routing::get;
    use telemetry::testing;
    use tower::ServiceExt;

    use super::*;

    /// The parameter as text, or the message of the refusal.
    async fn read(path: &str, userid: Option<&[u8]>) -> (StatusCode, String) {
        let routes = Router::new()
            .route("/orders/{id}", get(async |id: OrderId| id.to_string()))
            .route("/users/{name}", get(async |name: UserName| name.into_string()))
            .route("/whoami", get(async |user: UserId| user.into_string()));
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        if let Some(value) = userid {
            let value = HeaderValue::from_bytes(value).unwrap();
            request.headers_mut().insert("userid", value);
        }
        let app = crate::app("params", routes, &testing::telemetry("tested"));
        let response = app.oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 9_999).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        match serde_json::from_str::<serde_json::Value>(&body) {
            Ok(error) if status != StatusCode::OK => (status, error["message"].as_str().unwrap().to_owned()),
            _ => (status, body),
        }
    }

    #[tokio::test]
    async fn an_order_id_is_a_whole_number_of_32_bits() {
        let not_a_number = (400, "The order id must be a whole number of 32 bits");
        let cases = [
            ("/orders/1", (200, "1")),
            ("/orders/-1", (200, "-1")),
            ("/orders/2147483647", (200, "2147483647")),
            ("/orders/-2147483648", (200, "-2147483648")),
            ("/orders/2147483648", not_a_number),
            ("/orders/99999999999", not_a_number),
            ("/orders/abc", not_a_number),
            ("/orders/1.0", not_a_number),
            ("/orders/%20", not_a_number),
            ("/orders/%FF", (400, "The path is not UTF-8")),
            ("/orders/", (404, "No message available")), // an empty segment matches no route
        ];
        for (path, (status, text)) in cases {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(read(path, None).await, (status, text.to_owned()), "{path}");
        }
    }

    #[tokio::test]
    async fn a_user_name_is_any_text_that_can_be_a_segment() {
        let dots = (400, "A user's name cannot be '.' or '..'");
        let cases = [
            ("/users/terry", (200, "terry")),
            ("/users/%EA%B9%80", (200, "김")),
            ("/users/a%2Fb%3Fc%25", (200, "a/b?c%")),
            ("/users/%22%0A%00", (200, "\"\n\0")),
            ("/users/...", (200, "...")),
            ("/users/.", dots),
            ("/users/..", dots),
            ("/users/%2E%2e", dots),
            ("/users/%C3%28", (400, "The path is not UTF-8")),
        ];
        for (path, (status, text)) in cases {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(read(path, None).await, (status, text.to_owned()), "{path}");
        }
    }

    #[tokio::test]
    async fn the_user_id_is_any_utf_8_header_and_must_be_there() {
        let missing = "Missing request header 'userid' for method parameter of type String";
        let cases: [(Option<&[u8]>, _, _); 5] = [
            (Some(b"terry"), 200, "terry"),
            (Some(b""), 200, ""),
            (Some("김철수".as_bytes()), 200, "김철수"),
            (Some(b"\xff"), 400, "Request header 'userid' is not UTF-8"),
            (None, 400, missing),
        ];
        for (userid, status, text) in cases {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(
                read("/whoami", userid).await,
                (status, text.to_owned()),
                "{userid:?}"
            );
        }
    }
}
