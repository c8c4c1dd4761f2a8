//! One CLIENT span a call, and the context in its headers.

use std::{error::Error, io};

use redirect::Sent;
use reqwest::{Client, Request, RequestBuilder, Response};
use tracing::{Instrument as _, Span, info_span};
use zipkin::{Endpoint, Kind};

use crate::{
    ending::Ending,
    layer::with_record,
    propagation::{self, Ids, Outgoing},
    scope,
    start::Telemetry,
};

/// Where a redirect leads.
mod redirect;

/// A `reqwest` client whose calls are spans.
#[derive(Clone, Debug)]
pub struct TracedClient {
    http: Client,
    telemetry: Telemetry,
    redirects: usize,
}

impl TracedClient {
    pub(crate) const fn new(http: Client, telemetry: Telemetry) -> Self {
        Self {
            http,
            telemetry,
            redirects: 0,
        }
    }

    /// Follows up to this many redirects of a call, each hop within a CLIENT span of its own, siblings all; one more is
    /// the answer itself, and so is one whose body cannot be sent again. Without this, every redirect is the answer.
    ///
    /// Another origin than the first gets the trace, but neither credentials nor baggage.
    pub const fn following(mut self, redirects: usize) -> Self {
        self.redirects = redirects;
        self
    }

    /// The client inside, to build requests with.
    pub const fn http(&self) -> &Client {
        &self.http
    }

    /// Sends one attempt within a CLIENT span of its own; `remote_service` is the name of the other side. The span is a
    /// child of the span that is current when the future is first polled. It ends with the answer's headers, as in Brave:
    /// when the body is read is the reader's matter.
    ///
    /// # Errors
    /// Those of `reqwest`: no connection, no answer in time, a request that cannot be built.
    pub async fn send(
        &self,
        remote_service: &'static str,
        request: RequestBuilder,
    ) -> reqwest::Result<Response> {
        let mut request = request.build()?;
        let mut is_home = true;
        let first = (self.redirects > 0).then(|| request.url().origin());
        for _ in 0..self.redirects {
            let sent = Sent::of(&request);
            let response = self.attempt(remote_service, request, is_home).await?;
            let Some(next) = sent.followed(&response) else {
                return Ok(response);
            };
            is_home = first.as_ref() == Some(&next.url().origin());
            request = next;
        }
        self.attempt(remote_service, request, is_home).await
    }

    /// One hop; `is_home` unless a redirect has led to somebody else.
    async fn attempt(
        &self,
        remote_service: &str,
        mut request: Request,
        is_home: bool,
    ) -> reqwest::Result<Response> {
        let remote_service = if is_home {
            Some(remote_service)
        } else {
            request.url().host_str()
        };
        let span = start(remote_service.unwrap_or_default(), &request);
        self.inject(&span, is_home, &mut request);
        let mut ending = Ending::of(&span, &self.telemetry.0.queue);
        let result = self.http.execute(request).instrument(span.clone()).await;
        if let Ok(response) = &result {
            name_peer(&span, response);
        }
        ending.outcome = Some(result.as_ref().map(Response::status).map_err(describe));
        result
    }

    fn inject(&self, span: &Span, is_home: bool, request: &mut Request) {
        let ids = with_record(span, |record| {
            (record.scope.clone(), record.span.id, record.span.parent_id)
        });
        // Without a subscriber there is no record, and the context travels on all the same.
        let ids = ids.or_else(|| scope::current().map(|scope| (scope, scope::new_span_id(), None)));
        let Some((scope, span_id, parent_id)) = ids else {
            return;
        };
        let mut baggage = scope.mdc();
        baggage.retain(|(name, _)| is_home && self.telemetry.0.mdc_propagate.contains(name));
        let outgoing = Outgoing {
            ids: Ids {
                trace_id: scope.trace_id,
                span_id,
                parent_id,
            },
            sampling: scope.sampling,
            random: scope.random,
            tracestate: scope.tracestate.as_deref(),
            baggage: &baggage,
            other_baggage: if is_home { &scope.other_baggage } else { "" },
        };
        propagation::inject(&outgoing, &self.telemetry.0.formats, request.headers_mut());
    }
}

fn start(remote_service: &str, request: &Request) -> Span {
    let span = info_span!(target: "telemetry", "call");
    with_record(&span, |record| {
        if !record.is_sampled() {
            return;
        }
        record.span.name = Some(request.method().as_str().to_owned());
        record.span.kind = Some(Kind::Client);
        record.tag("http.method", request.method().as_str());
        record.tag("http.path", request.url().path());
        record.span.remote_endpoint = Some(remote_endpoint(remote_service, request.url()));
    });
    span
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

/// The address behind the name that the URL gave.
fn name_peer(span: &Span, response: &Response) {
    let Some(peer) = response.remote_addr() else {
        return;
    };
    with_record(span, |record| {
        if let Some(endpoint) = &mut record.span.remote_endpoint {
            endpoint.set_ip(peer.ip());
        }
    });
}

/// Why no answer came, in a few words.
pub(crate) fn describe(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "timeout";
    }
    // Another scheme than http, …: nothing was tried.
    if error.is_builder() {
        return "request cannot be sent";
    }
    if !error.is_connect() {
        return "connection broken";
    }
    // A name that nobody knows, no route, …: the line of the failure has the whole story.
    if is_refused(error) {
        "connection refused"
    } else {
        "no connection"
    }
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref().map(io::Error::kind);
    kind == Some(io::ErrorKind::ConnectionRefused) || error.source().is_some_and(is_refused)
}
