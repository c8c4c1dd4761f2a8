//! Bodies posted over TLS. reqwest's own TLS would make each client of the process need a provider of cryptography, whoever builds it:
//! the connections of the exporter are its own.

use std::{error::Error, sync::Arc, time::Duration};

use http::Response;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use reqwest::{Body, RequestBuilder};
use rustls::crypto::ring;

use crate::{error::StartError, http_url::ZipkinEndpoint};

/// Connections to Zipkin by `https://`.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    http: Client<HttpsConnector<HttpConnector>, Body>,
    timeout: Duration,
}

impl Tls {
    /// For the endpoint, where it is one of `https://`. The authorities are the system's, or those of `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR`.
    ///
    /// # Errors
    /// No authority is to be found.
    pub fn new(endpoint: &ZipkinEndpoint, timeout: Duration) -> Result<Option<Self>, StartError> {
        if endpoint.as_url().scheme() != "https" {
            return Ok(None);
        }
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(Arc::new(ring::default_provider()))
            .map_err(|error| StartError::NoClient(error.into()))?;
        let connector = connector.https_only().enable_http1().build();
        Ok(Some(Self {
            http: Client::builder(TokioExecutor::new()).build(connector),
            timeout,
        }))
    }

    /// One attempt; or why there is no answer.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response<Body>, String> {
        let request = request.build().and_then(TryInto::try_into);
        let request: http::Request<Body> = request.map_err(|error| cause(&error))?;
        match tokio::time::timeout(self.timeout, self.http.request(request)).await {
            Ok(Ok(response)) => Ok(response.map(Body::wrap)),
            Ok(Err(error)) => Err(cause(&error)),
            Err(_) => Err("timeout".to_owned()),
        }
    }
}

/// The innermost error: it says what is wrong with a certificate.
fn cause(error: &(dyn Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}
