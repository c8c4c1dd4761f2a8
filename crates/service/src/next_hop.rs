//! Calling the next service: where it is, how long we wait, and what can go wrong.

use std::{borrow::Cow, time::Duration};

use axum::http::StatusCode;
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;
use telemetry::{Telemetry, TracedClient};

use crate::{
    BaseUrl, Error, attach,
    call_failure::{CallFailure, MAX_BODY_BYTES},
};

/// The next service on a request's way.
#[derive(Clone)]
pub struct NextHop {
    name: &'static str,
    /// Its name in traces, where it reports under another.
    reports_as: Cow<'static, str>,
    base: BaseUrl,
    deadline: Duration,
    client: TracedClient,
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
            // Redirects are not followed: a neighbour that points elsewhere is broken.
            .connect_timeout(deadline)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(256);
        Ok(Self {
            name,
            reports_as: Cow::Borrowed(name),
            base,
            deadline,
            client: attach::next_hop(telemetry.client(client)?),
        })
    }

    /// The same service, under the name that its own spans have.
    pub fn reporting_as(self, name: String) -> Self {
        Self {
            reports_as: Cow::Owned(name),
            ..self
        }
    }

    /// Starts a GET; `path` is percent-encoded and begins with a slash.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.http().get(self.base.url(path)).timeout(self.deadline)
    }

    /// Sends a request and reads the JSON of its answer.
    pub async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        let body = match attach::attached() {
            None => self.body(request).await?,
            Some(attached) => {
                let http = self.client.http();
                let again = |request| self.body(RequestBuilder::from_parts(http.clone(), request));
                attach::call(attached, request, again).await?
            }
        };
        self.decode(&body)
    }

    /// A failure of this hop that makes its answer useless.
    pub fn failure(&self, failure: CallFailure) -> Error {
        Error::BadGateway(self.name, failure)
    }

    async fn body(&self, request: RequestBuilder) -> Result<Vec<u8>, Error> {
        let sent = self.client.send(self.reports_as.clone(), request).await;
        self.read_whole(sent.map_err(|error| self.transport(error))?)
            .await
    }

    fn decode<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(body).map_err(|error| self.failure(error.into()))
    }

    async fn read_whole(&self, response: Response) -> Result<Vec<u8>, Error> {
        match response.status() {
            status if status.is_success() => {}
            // Someone behind it was too slow. Passed on, so that the user hears the same from every distance.
            status @ StatusCode::GATEWAY_TIMEOUT => {
                return Err(Error::GatewayTimeout(self.name, CallFailure::Status(status)));
            }
            status => return Err(self.failure(CallFailure::Status(status))),
        }
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.transport(error))? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(self.failure(CallFailure::TooBig));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn transport(&self, error: reqwest::Error) -> Error {
        let too_slow = error.is_timeout();
        let failure = CallFailure::Transport(error.without_url()); // a URL has names in it
        if too_slow {
            Error::GatewayTimeout(self.name, failure)
        } else {
            self.failure(failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use axum::{Json, Router, http, routing::get};
    use telemetry::testing::{self, Stub, client, expect, headers, pattern};

    use super::*;

    /// The number in an answer of the hop `orders`, or the error and its cause.
    async fn read(status: u16, body: impl Into<reqwest::Body>) -> Result<u8, (String, String)> {
        let url = "http://127.0.0.1:1".parse().unwrap();
        let hop = NextHop::new(
            "orders",
            url,
            Duration::from_secs(1),
            &testing::telemetry("tested"),
        )
        .unwrap();
        let answer = http::Response::builder().status(status).body(body).unwrap();
        let body = hop.read_whole(answer.into()).await;
        let number = body.and_then(|body| hop.decode(&body));
        number.map_err(|error| (error.to_string(), error.source().unwrap().to_string()))
    }

    #[tokio::test]
    async fn a_call_is_a_client_span_and_carries_its_ids() {
        let telemetry = testing::telemetry("tested");
        let orders = Stub::start("orders", Router::new().route("/seven", get(async || Json(7)))).await;
        let url = orders.url("").parse().unwrap();
        let hop = NextHop::new("orders", url, Duration::from_secs(5), &telemetry).unwrap();
        let (number, trace) = telemetry.within("work", hop.json::<u8>(hop.get("/seven"))).await;
        assert_eq!(number.unwrap(), 7);
        let call = client("tested", "GET")
            .to("orders")
            .tag("http.path", "/seven")
            .label("call");
        let sent = headers("orders")
            .header("x-b3-spanid", pattern("{id:call}"))
            .header("x-b3-sampled", "1")
            .header("traceparent", pattern("00-{traceId}-{id:call}-01"));
        trace
            .expect(
                expect()
                    .span(call.succeeded().leaf().count(1))
                    .headers(sent.count(1)),
            )
            .await;
    }

    #[tokio::test]
    async fn an_answer_of_no_use_is_the_hops_failure() {
        assert_eq!(read(200, "7").await, Ok(7));
        let failed = "orders failed";
        let cases = [
            (200, "", failed, "its body is not as expected"),
            (200, "<html>", failed, "its body is not as expected"),
            (200, "256", failed, "its body is not as expected"),
            (204, "", failed, "its body is not as expected"),
            (302, "7", failed, "it answered 302 Found"),
            (404, "7", failed, "it answered 404 Not Found"), // our own request was wrong: no 404 for the user
            (503, "7", failed, "it answered 503 Service Unavailable"),
            (
                504,
                "7",
                "orders did not answer in time",
                "it answered 504 Gateway Timeout",
            ),
        ];
        for (status, body, message, cause) in cases {
            let expected = Err((message.to_owned(), cause.to_owned()));
            assert_eq!(read(status, body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn an_answer_is_read_to_its_limit_and_no_further() {
        let mut body = " ".repeat(MAX_BODY_BYTES - 1) + "7";
        assert_eq!(read(200, body.clone()).await, Ok(7));
        body.insert(0, ' ');
        let cause = "its body is longer than 1048576 bytes";
        assert_eq!(read(200, body).await, Err(("orders failed".into(), cause.into())));
    }
}
