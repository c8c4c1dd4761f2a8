//! Bodies posted to Zipkin.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

use super::{attempt::Attempt, settings::DeliverySettings};
use crate::{HttpUrl, error::StartError, failure::describe};

/// A client, and where it posts.
#[derive(Clone, Debug)]
pub(super) struct Post {
    http: reqwest::Client,
    pub endpoint: HttpUrl,
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
            .default_headers(headers)
            .build()
            .map_err(|error| StartError::NoClient(error.into()))?;
        Ok(Self {
            http,
            endpoint: settings.zipkin_endpoint.clone(),
        })
    }

    /// One attempt.
    pub async fn send(&self, body: Bytes) -> Attempt {
        let request = self
            .http
            .post(self.endpoint.as_url().clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => Attempt::Acknowledged,
            Ok(response) if response.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Attempt::TooLarge(response.status().to_string())
            }
            Ok(response) if is_passing(response.status()) => passing(&response),
            Ok(response) if response.status().is_redirection() => {
                Attempt::Rejected(format!("{}; redirects are not followed", response.status()))
            }
            Ok(response) => Attempt::Rejected(response.status().to_string()),
            Err(error) => Attempt::Unreachable(describe(&error).to_owned()),
        }
    }
}

/// A refusal that passes, perhaps with word of when. A date instead of seconds is nobody's habit here: we choose then.
fn passing(response: &Response) -> Attempt {
    let reason = response.status().to_string();
    let retry_after = response.headers().get(RETRY_AFTER);
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
