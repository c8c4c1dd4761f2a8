//! Bodies posted to Zipkin.

use bytes::Bytes;
use reqwest::{StatusCode, Url, header::CONTENT_TYPE};

use super::Outcome;
use crate::config::Config;

/// A client, and where it posts.
#[derive(Clone, Debug)]
pub(super) struct Post {
    http: reqwest::Client,
    pub endpoint: Url,
}

impl Post {
    /// A client for the address that `config` names.
    pub fn new(config: &Config) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(config.timeout())
            .build()?;
        Ok(Self {
            http,
            endpoint: config.zipkin_endpoint.clone(),
        })
    }

    /// One attempt.
    pub async fn send(&self, body: Bytes) -> Outcome {
        let request = self
            .http
            .post(self.endpoint.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => Outcome::Acknowledged,
            Ok(response) if response.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Outcome::TooLarge(response.status().to_string())
            }
            Ok(response) if is_passing(response.status()) => {
                Outcome::Unreachable(response.status().to_string())
            }
            Ok(response) => Outcome::Rejected(response.status().to_string()),
            Err(error) => Outcome::Unreachable(crate::client::describe(&error).to_owned()),
        }
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
