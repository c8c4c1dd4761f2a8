//! Bodies posted to an address, and their answers.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::CONTENT_TYPE};
use reqwest::{Body, RequestBuilder};

#[cfg(feature = "rustls")]
use super::tls::Tls;
use super::{attempt::Attempt, retry_after, settings::DeliverySettings};
use crate::{error::StartError, failure::describe, http_url::ZipkinEndpoint};

/// A client, and where it posts.
#[derive(Clone, Debug)]
pub(super) struct Post {
    http: reqwest::Client,
    headers: HeaderMap,
    pub endpoint: ZipkinEndpoint,
    /// For `https://`.
    #[cfg(feature = "rustls")]
    tls: Option<Tls>,
}

impl Post {
    /// A client for Zipkin.
    ///
    /// # Errors
    /// Headers that cannot be sent, or no client.
    pub fn to_zipkin(settings: &DeliverySettings) -> Result<Self, StartError> {
        let headers = settings.zipkin_headers.parse()?;
        Self::new(&settings.zipkin_endpoint, headers, settings.export_timeout)
    }

    /// A client for this address, and for no other: what a redirect names was not chosen by who runs this, and
    /// after some redirects a GET without the spans would count as their delivery.
    ///
    /// # Errors
    /// No client.
    pub fn new(endpoint: &ZipkinEndpoint, headers: HeaderMap, timeout: Duration) -> Result<Self, StartError> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout)
            .build()
            .map_err(|error| StartError::NoClient(error.into()))?;
        Ok(Self {
            http,
            headers,
            endpoint: endpoint.clone(),
            #[cfg(feature = "rustls")]
            tls: Tls::new(endpoint, timeout)?,
        })
    }

    /// One attempt to deliver JSON.
    pub async fn send(&self, body: Bytes) -> Attempt {
        let request = self.request().header(CONTENT_TYPE, "application/json").body(body);
        match self.answer(request).await {
            Ok(answer) => outcome(answer.status(), answer.headers()),
            Err(reason) => Attempt::Unreachable(reason),
        }
    }

    /// A request, yet without a body.
    pub fn request(&self) -> RequestBuilder {
        let url = self.endpoint.as_url().clone();
        self.http.post(url).headers(self.headers.clone())
    }

    /// The head of the answer, and its body as it comes; or why there is none.
    pub async fn answer(&self, request: RequestBuilder) -> Result<Response<Body>, String> {
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            return tls.send(request).await;
        }
        match request.send().await {
            Ok(response) => Ok(response.into()),
            Err(error) => Err(describe(&error).to_owned()),
        }
    }
}

fn outcome(status: StatusCode, headers: &HeaderMap) -> Attempt {
    match status {
        _ if status.is_success() => Attempt::Acknowledged,
        _ if is_passing(status) => passing(status.to_string(), headers),
        _ => refused(status, status.to_string()),
    }
}

/// A refusal that does not pass.
pub(super) fn refused(status: StatusCode, reason: String) -> Attempt {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Attempt::TooLarge(reason),
        _ if status.is_redirection() => Attempt::Rejected(format!("{reason}; redirects are not followed")),
        _ => Attempt::Rejected(reason),
    }
}

/// A refusal that passes, perhaps with word of when.
pub(super) fn passing(reason: String, headers: &HeaderMap) -> Attempt {
    match retry_after::wait(headers, SystemTime::now()) {
        Some(wait) => Attempt::Busy(reason, wait),
        None => Attempt::Unreachable(reason),
    }
}

/// Answers after which the same batch may be taken later.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
        )
}
