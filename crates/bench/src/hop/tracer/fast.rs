//! `fastrace` with a reporter that sends Zipkin's JSON, and lines with its ids. Its headers are W3C's; it has neither
//! baggage nor an MDC, and its values stay in the service.

use std::borrow::Cow;
use std::io::Write as _;
use std::time::SystemTime;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use fastrace::Span;
use fastrace::collector::{Config, Reporter, SpanContext, SpanRecord};
use fastrace::future::FutureExt as _;
use fastrace::local::LocalSpan;
use http::HeaderValue;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use zipkin::encode::{self, SpanWriter};
use zipkin::{Endpoint, Kind, SpanId, TraceId, utc};

const TRACEPARENT: &str = "traceparent";

/// `fastrace` is global: this says that it was started.
#[derive(Clone)]
pub struct Fast;

impl Fast {
    /// Lines and spans of the service `name`.
    pub fn start(name: &'static str, config: &telemetry::Config) -> anyhow::Result<Self> {
        let zipkin = Zipkin {
            service: Endpoint {
                service_name: Some(name.to_owned()),
                ..Endpoint::default()
            },
            endpoint: config.delivery.zipkin_endpoint.as_url().clone(),
            http: reqwest::Client::builder().no_proxy().build()?,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
        };
        fastrace::set_reporter(
            zipkin,
            Config::default().report_interval(config.delivery.schedule_delay),
        );
        let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(Lines);
        tracing::subscriber::set_global_default(subscriber)?;
        Ok(Self)
    }
}

/// Delivers what is left.
pub fn stop() {
    fastrace::flush();
}

/// The middleware of the SERVER span.
pub async fn trace(request: Request, next: Next) -> Response {
    let caller = request
        .headers()
        .get(TRACEPARENT)
        .and_then(|value| value.to_str().ok());
    let caller = caller
        .and_then(SpanContext::decode_w3c_traceparent)
        .unwrap_or_else(SpanContext::random);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let span = Span::root(format!("{} {route}", request.method()), caller).with_properties(|| {
        [
            ("kind", "server".to_owned()),
            ("http.method", request.method().as_str().to_owned()),
            ("http.path", request.uri().path().to_owned()),
        ]
    });
    let run = async {
        let response = next.run(request).await;
        put("http.status_code", response.status().as_str());
        response
    };
    run.in_span(span).await
}

/// Runs a step in a span.
pub async fn work<T>(step: impl Future<Output = T>) -> T {
    step.in_span(Span::enter_with_local_parent("work")).await
}

/// Sends a request in a CLIENT span.
pub async fn send(
    http: &reqwest::Client,
    service: &'static str,
    mut request: reqwest::Request,
) -> reqwest::Result<reqwest::Response> {
    let span = Span::enter_with_local_parent(request.method().to_string()).with_properties(|| {
        [
            ("kind", "client".to_owned()),
            ("http.method", request.method().as_str().to_owned()),
            ("http.path", request.url().path().to_owned()),
            ("peer.service", service.to_owned()),
        ]
    });
    let traceparent = SpanContext::from_span(&span)
        .and_then(|context| HeaderValue::try_from(context.encode_w3c_traceparent()).ok());
    if let Some(traceparent) = traceparent {
        request.headers_mut().insert(TRACEPARENT, traceparent);
    }
    let call = async {
        let response = http.execute(request).await?;
        put("http.status_code", response.status().as_str());
        Ok(response)
    };
    call.in_span(span).await
}

/// Puts a value on the current span.
pub fn put(key: &'static str, value: &str) {
    LocalSpan::add_property(|| (key, value.to_owned()));
}

/// Sends Zipkin's JSON, on the thread that `fastrace` has for it.
struct Zipkin {
    service: Endpoint,
    endpoint: reqwest::Url,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Reporter for Zipkin {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        let mut body = Vec::with_capacity(spans.len() * 512);
        for span in &spans {
            body.push(if body.is_empty() { b'[' } else { b',' });
            self.encode(&mut body, span);
        }
        body.push(b']');
        let post = self.http.post(self.endpoint.clone());
        let post = post
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(body);
        // Spans that do not arrive show as missing in the table.
        _ = self.runtime.block_on(post.send());
    }
}

impl Zipkin {
    fn encode(&self, out: &mut Vec<u8>, span: &SpanRecord) {
        let parent = Some(SpanId::new(span.parent_id.0)).filter(|id| id.value() != 0);
        let mut writer = SpanWriter::begin(
            out,
            TraceId::new(span.trace_id.0),
            parent,
            SpanId::new(span.span_id.0),
        );
        match span.properties.iter().find(|(key, _)| key == "kind") {
            Some((_, kind)) if kind == "server" => writer.kind(Kind::Server),
            Some(_) => writer.kind(Kind::Client),
            None => {}
        }
        writer.name(&span.name);
        writer.time(
            Some(span.begin_time_unix_ns / 1_000),
            Some((span.duration_ns / 1_000).max(1)),
        );
        writer.local_endpoint(&self.service);
        let tags = span.properties.iter().filter(|(key, _)| key != "kind");
        writer.tags(tags.map(|(key, value): &(Cow<'_, str>, Cow<'_, str>)| (key.as_ref(), value.as_ref())));
        writer.end(false, false);
    }
}

/// JSON lines with the ids of `fastrace`, written as ours are.
struct Lines;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Lines {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        let since_epoch = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let now = since_epoch.as_micros() as u64;
        let metadata = event.metadata();
        let mut out = Vec::with_capacity(256);
        // Writing into a Vec does not fail.
        _ = write!(
            out,
            "{{\"timestamp\":\"{}T{}Z\",\"level\":\"{}\"",
            utc::date(now),
            utc::time_of_day(now),
            metadata.level()
        );
        if let Some(context) = SpanContext::current_local_parent() {
            let (trace_id, span_id) = (context.trace_id.0, context.span_id.0);
            _ = write!(
                out,
                ",\"mdc\":{{\"traceId\":\"{trace_id:032x}\",\"spanId\":\"{span_id:016x}\"}}"
            );
        }
        out.extend_from_slice(b",\"logger\":");
        encode::string(&mut out, metadata.target());
        out.extend_from_slice(b",\"message\":");
        encode::string(&mut out, &message.0);
        out.extend_from_slice(b"}\n");
        _ = std::io::stdout().lock().write_all(&out);
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        use std::fmt::Write as _;
        if field.name() == "message" {
            _ = write!(self.0, "{value:?}");
        }
    }
}
