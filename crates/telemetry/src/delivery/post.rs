//! Bodies posted to Zipkin.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

#[cfg(feature = "rustls")]
use super::tls::Tls;
use super::{attempt::Attempt, settings::DeliverySettings};
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
    /// A client for the address that `config` names, and for no other: what a redirect names was not chosen by who runs this, and
    /// after some redirects a GET without the spans would count as their delivery.
    ///
    /// # Errors
    /// Headers that cannot be sent, or no client.
    pub fn new(settings: &DeliverySettings) -> Result<Self, StartError> {
        let headers = settings.zipkin_headers.parse();
        let headers = headers.map_err(|error| StartError::BadHeaders(error.into()))?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.timeout())
            .build()
            .map_err(|error| StartError::NoClient(error.into()))?;
        Ok(Self {
            http,
            headers,
            endpoint: settings.zipkin_endpoint.clone(),
            #[cfg(feature = "rustls")]
            tls: Tls::new(settings)?,
        })
    }

    /// One attempt.
    pub async fn send(&self, body: Bytes) -> Attempt {
        let request = self
            .http
            .post(self.endpoint.as_url().clone())
            .headers(self.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            return match tls.send(request).await {
                Ok((status, headers)) => outcome(status, &headers),
                Err(reason) => Attempt::Unreachable(reason),
            };
        }
        match request.send().await {
            Ok(response) => outcome(response.status(), response.headers()),
            Err(error) => Attempt::Unreachable(describe(&error).to_owned()),
        }
    }
}

fn outcome(status: StatusCode, headers: &HeaderMap) -> Attempt {
    match status {
        _ if status.is_success() => Attempt::Acknowledged,
        StatusCode::PAYLOAD_TOO_LARGE => Attempt::TooLarge(status.to_string()),
        _ if is_passing(status) => passing(status, headers),
        _ if status.is_redirection() => Attempt::Rejected(format!("{status}; redirects are not followed")),
        _ => Attempt::Rejected(status.to_string()),
    }
}

/// A refusal that passes, perhaps with word of when. A date instead of seconds is nobody's habit here: we choose then.
fn passing(status: StatusCode, headers: &HeaderMap) -> Attempt {
    let reason = status.to_string();
    let retry_after = headers.get(RETRY_AFTER);
    match retry_after.and_then(|value| value.to_str().ok()?.parse().ok()) {
        Some(seconds) => Attempt::Busy(reason, Duration::from_secs(seconds)),
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
