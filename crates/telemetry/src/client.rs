//! One CLIENT span a call, and the context in its headers.

use std::sync::Arc;

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use tracing::{Instrument as _, Span, info_span};
use zipkin::{Endpoint, Kind};

use crate::{
    layer::{Record, with_record},
    propagation::{self, Ids, Outgoing},
    queue::Queue,
    scope::{self, Scope},
    start::Telemetry,
};

/// A `reqwest` client whose calls are spans.
#[derive(Clone, Debug)]
pub struct TracedClient {
    http: Client,
    telemetry: Telemetry,
}

impl TracedClient {
    pub(crate) const fn new(http: Client, telemetry: Telemetry) -> Self {
        Self { http, telemetry }
    }

    /// The client inside, to build requests with.
    pub const fn http(&self) -> &Client {
        &self.http
    }

    /// Sends one attempt within a CLIENT span of its own; `remote_service` is the name of the other side.
    ///
    /// # Errors
    /// Those of `reqwest`: no connection, no answer in time, a request that cannot be built.
    pub async fn send(
        &self,
        remote_service: &'static str,
        request: RequestBuilder,
    ) -> reqwest::Result<Response> {
        let mut request = request.build()?;
        let span = info_span!(target: "telemetry", "call");
        let mut ending = Ending {
            span: span.clone(),
            queue: self.telemetry.0.queue.clone(),
            outcome: None,
        };
        let ids = with_record(&span, |record| {
            record.span.name = Some(request.method().as_str().to_owned());
            record.span.kind = Some(Kind::Client);
            record.tag("http.method", request.method().as_str());
            record.tag("http.path", request.url().path());
            record.span.remote_endpoint = Some(remote_endpoint(remote_service, request.url()));
            (record.scope.clone(), record.span.id, record.span.parent_id)
        })
        // Without a subscriber there is no record, and the context travels on all the same.
        .or_else(|| scope::current().map(|scope| (scope, scope::new_span_id(), None)));
        if let Some((scope, span_id, parent_id)) = ids {
            let ids = Ids {
                trace_id: scope.trace_id,
                span_id,
                parent_id,
            };
            self.inject(&scope, ids, request.headers_mut());
        }

        let result = self.http.execute(request).instrument(span).await;
        if let Some(peer) = result.as_ref().ok().and_then(Response::remote_addr) {
            // The address behind the name that the URL gave.
            let name_it = |record: &mut Record| {
                record
                    .span
                    .remote_endpoint
                    .get_or_insert_default()
                    .set_ip(peer.ip());
            };
            with_record(&ending.span, name_it);
        }
        ending.outcome = Some(match &result {
            Ok(response) => Ok(response.status()),
            Err(error) => Err(describe(error)),
        });
        result
    }

    fn inject(&self, scope: &Scope, ids: Ids, headers: &mut http::HeaderMap) {
        let mut baggage = scope.mdc();
        baggage.retain(|(name, _)| self.telemetry.0.mdc_propagate.contains(name));
        let outgoing = Outgoing {
            ids,
            sampling: scope.sampling,
            random: scope.random,
            tracestate: scope.tracestate.as_deref(),
            baggage: &baggage,
        };
        propagation::inject(&outgoing, &self.telemetry.0.formats, headers);
    }
}

fn remote_endpoint(service: &str, url: &reqwest::Url) -> Endpoint {
    let mut endpoint = Endpoint {
        service_name: Some(service.to_lowercase()),
        port: url.port_or_known_default(),
        ..Endpoint::default()
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if let Ok(ip) = host.parse() {
        endpoint.set_ip(ip);
    }
    endpoint
}

/// Why no answer came, in two words.
pub(crate) fn describe(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connection refused"
    } else {
        "connection broken"
    }
}

/// Ends the span when the response is there, or when the call is given up.
struct Ending {
    span: Span,
    queue: Arc<Queue>,
    outcome: Option<Result<StatusCode, &'static str>>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        with_record(&self.span, |record| {
            match self.outcome {
                Some(Ok(status)) => {
                    record.tag("http.status_code", status.as_str());
                    if status.is_client_error() || status.is_server_error() {
                        record.tag("error", status.as_str());
                    }
                }
                Some(Err(reason)) => record.tag("error", reason),
                None => record.tag("error", "cancelled"),
            }
            record.end(&self.queue);
        });
    }
}
