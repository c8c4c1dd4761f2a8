//! One CLIENT span a call, and the context in its headers.

use std::{borrow::Cow, fmt, sync::Arc};

use call::Call;
use http::HeaderMap;
use redirect::Sent;
use reqwest::{Client, Request, RequestBuilder, Response};
use smol_str::SmolStr;

use super::tracer::Tracer;
use crate::{
    propagation::{self, Ids, Outgoing, seen},
    spans::{current, record::SpanRecord},
};

/// The span of a call.
mod call;

/// Where a redirect leads.
mod redirect;

/// A change of a request before it is sent.
type Amend = dyn Fn(&mut Request) + Send + Sync;

/// A `reqwest` client whose calls are spans.
#[derive(Clone)]
pub struct TracedClient {
    http: Client,
    tracer: Arc<Tracer>,
    redirects: usize,
    amend: Option<Arc<Amend>>,
}

impl TracedClient {
    pub(crate) const fn new(http: Client, tracer: Arc<Tracer>) -> Self {
        Self {
            http,
            tracer,
            redirects: 0,
            amend: None,
        }
    }

    /// Follows up to this many redirects of a call, each hop within a CLIENT span of its own, siblings all; one more is
    /// the answer itself, and so is one whose body cannot be sent again. Without this, every redirect is the answer.
    ///
    /// Another origin than the first gets the trace, but neither credentials nor baggage.
    ///
    /// ```
    /// use axum::{Router, response::Redirect, routing::get};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::Console;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let url = format!("http://{}/old", listener.local_addr()?);
    /// let moved = Router::new().route("/old", get(async || Redirect::to("/new"))).route("/new", get(async || "12 €"));
    /// # tokio::spawn(async { axum::serve(listener, moved).await });
    /// let client = telemetry.client(reqwest::Client::builder())?;
    /// let first = client.send("moved", client.http().get(&url)).await?;
    /// assert!(first.status().is_redirection());
    ///
    /// let client = client.following(3);
    /// let last = client.send("moved", client.http().get(&url)).await?;
    /// assert_eq!(last.text().await?, "12 €");
    /// assert_eq!(telemetry.counts().ended, 3); // CLIENT spans
    /// # Ok(())
    /// # }
    /// ```
    pub const fn following(mut self, redirects: usize) -> Self {
        self.redirects = redirects;
        self
    }

    /// Has the last word on each attempt once the context is in its headers: a signature over all of them, or a name that a neighbour
    /// must not read. The span is described by then.
    ///
    /// ```
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// let mut key = reqwest::header::HeaderValue::from_static("a1b2c3");
    /// key.set_sensitive(true);
    /// let client = telemetry.client(reqwest::Client::builder())?;
    /// let client = client.amending(move |request| {
    ///     request.headers_mut().insert("x-api-key", key.clone());
    /// });
    /// # drop(client);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn amending(mut self, amend: impl Fn(&mut Request) + Send + Sync + 'static) -> Self {
        self.amend = Some(Arc::new(amend));
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
    ///
    /// ```
    /// use axum::{Router, http::HeaderMap, routing::get};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let url = format!("http://{}", listener.local_addr()?);
    /// let inventory = Router::new().route("/", get(async |headers: HeaderMap| headers["x-b3-traceid"].as_bytes().to_owned()));
    /// # tokio::spawn(async { axum::serve(listener, inventory).await });
    /// let client = telemetry.client(reqwest::Client::builder())?;
    /// let span = tracing::info_span!("nightly");
    /// let trace_id = span.in_scope(telemetry::trace_id).unwrap();
    ///
    /// let call = telemetry::task::spawn(span, async move {
    ///     let request = client.http().get(url);
    ///     client.send("inventory", request).await?.text().await
    /// });
    /// assert_eq!(call.await??, trace_id.to_string());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send(
        &self,
        remote_service: impl Into<Cow<'static, str>>,
        request: RequestBuilder,
    ) -> reqwest::Result<Response> {
        let (remote_service, request) = (remote_service.into(), request.build()?);
        if self.redirects == 0 {
            self.attempt(remote_service, request, true).await
        } else {
            // On the heap: whoever follows nothing has no room for it in each of its futures.
            Box::pin(self.follow(remote_service, request)).await
        }
    }

    async fn follow(
        &self,
        remote_service: Cow<'static, str>,
        mut request: Request,
    ) -> reqwest::Result<Response> {
        let (first, mut is_home) = (request.url().origin(), true);
        for _ in 0..self.redirects {
            let sent = Sent::of(&request);
            let response = self.attempt(remote_service.clone(), request, is_home).await?;
            let Some(next) = sent.followed(&response) else {
                return Ok(response);
            };
            is_home = first == next.url().origin();
            request = next;
        }
        self.attempt(remote_service, request, is_home).await
    }

    /// One hop, which begins at once; `is_home` unless a redirect has led to somebody else. Not an `async fn`, whose future
    /// would hold the request, and move it with itself.
    fn attempt(
        &self,
        remote_service: Cow<'static, str>,
        mut request: Request,
        is_home: bool,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        let tracer = &*self.tracer;
        let (scope, parent_id) = current::parent(tracer.sampler);
        let mut record = SpanRecord::start(scope, parent_id, "call");
        if record.is_sampled() {
            tracer.delivery.outlet.begin();
            call::describe(&mut record, is_home.then_some(remote_service), &request);
        }
        self.inject(&record, is_home, request.headers_mut());
        if tracer.propagation.header_tags {
            for (key, value) in seen::sent(request.headers(), &tracer.propagation) {
                record.tag(SmolStr::new_static(key), value.as_str());
            }
        }
        if let Some(amend) = &self.amend {
            amend(&mut request);
        }
        let mut call = Call::new(record, &tracer.delivery.outlet);
        let sent = self.http.execute(request);
        async move {
            let result = sent.await;
            call.note(&result);
            result
        }
    }

    fn inject(&self, record: &SpanRecord, is_home: bool, headers: &mut HeaderMap) {
        let (scope, settings) = (&record.scope, &self.tracer.propagation);
        let outgoing = Outgoing {
            ids: Ids {
                trace_id: scope.trace_id,
                span_id: record.id,
                parent_id: record.parent_id,
            },
            sampling: scope.sampling,
            random: scope.random,
            tracestate: scope.tracestate.as_deref(),
            mdc: &scope.mdc(),
            propagated: if is_home { &settings.mdc_propagate } else { &[] },
            other_baggage: if is_home { &scope.other_baggage } else { "" },
        };
        propagation::inject(&outgoing, &settings.propagators, headers);
    }
}

impl fmt::Debug for TracedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TracedClient");
        shown
            .field("http", &self.http)
            .field("redirects", &self.redirects);
        shown.finish_non_exhaustive()
    }
}
