//! Calling the next service: where it is, how long we wait, and what can go wrong.

use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;
use reqwest::{RequestBuilder, Response, Url, redirect};
use serde::de::DeserializeOwned;
use telemetry::{Telemetry, TracedClient};

use crate::Error;

/// More than this is no answer of ours: reading on would only let a broken neighbour fill our memory.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The next service on a request's way.
#[derive(Clone)]
pub struct NextHop {
    name: &'static str,
    base: BaseUrl,
    deadline: Duration,
    client: TracedClient,
}

/// A service's address, such as `http://127.0.0.1:8082`; a path is a prefix of every request's.
#[derive(Clone, Debug)]
pub struct BaseUrl(String);

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

/// What was wrong with a call. For our log, never for the user.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No connection, a broken one, or one too slow.
    #[error("no answer")]
    Transport(#[source] reqwest::Error),
    /// An answer that is neither a success nor a 504.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// A body longer than we care to read.
    #[error("its body is longer than {MAX_BODY_BYTES} bytes")]
    TooBig,
    /// A body that is not what we asked for.
    #[error("its body is not as expected")]
    Body(#[from] serde_json::Error),
    /// A body without all that we asked for.
    #[error("its answer is incomplete")]
    Incomplete,
}

impl NextHop {
    /// Gets ready to call the service `name`. A call takes `deadline` at most, its body included.
    pub fn new(
        name: &'static str,
        base: BaseUrl,
        deadline: Duration,
        telemetry: &Telemetry,
    ) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .no_proxy() // HTTP_PROXY is for the world outside
            .redirect(redirect::Policy::none()) // a neighbour that points elsewhere is broken
            .connect_timeout(deadline)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(256)
            .build()?;
        Ok(Self {
            name,
            base,
            deadline,
            client: telemetry.client(client),
        })
    }

    /// Starts a GET; `path` is percent-encoded and begins with a slash.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client
            .http()
            .get(format!("{}{path}", self.base.0))
            .timeout(self.deadline)
    }

    /// Sends a request and reads the JSON of its answer.
    pub async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        let response = self
            .client
            .send(self.name, request)
            .await
            .map_err(|error| self.transport(error))?;
        match response.status() {
            status if status.is_success() => {}
            // Someone behind it was too slow. Passed on, so that the user hears the same from every distance.
            status @ StatusCode::GATEWAY_TIMEOUT => {
                return Err(Error::GatewayTimeout(self.name, Fault::Status(status)));
            }
            status => return Err(self.fault(Fault::Status(status))),
        }
        let body = self.read(response).await?;
        serde_json::from_slice(&body).map_err(|error| self.fault(error.into()))
    }

    /// A fault of this hop that makes its answer useless.
    pub fn fault(&self, fault: Fault) -> Error {
        Error::BadGateway(self.name, fault)
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.transport(error))? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(self.fault(Fault::TooBig));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn transport(&self, error: reqwest::Error) -> Error {
        let too_slow = error.is_timeout();
        let fault = Fault::Transport(error.without_url()); // a URL has names in it
        if too_slow {
            Error::GatewayTimeout(self.name, fault)
        } else {
            self.fault(fault)
        }
    }
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
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
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
            assert_eq!(text.parse::<BaseUrl>().unwrap().0, expected);
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
