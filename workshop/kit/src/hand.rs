//! Orders with tracing made by hand, as it was before there were libraries: spans that a lesson begins and ends, posted to Zipkin.

use std::{
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse as _, Response},
    routing::get,
};
use clap::Parser as _;
use service::{CallFailure, Error, OrderId, UserId};
use tokio::sync::mpsc;
use zipkin::{Endpoint, SpanId, TraceId};
pub use zipkin::{Kind, Span};

pub use crate::post::Zipkin;
use crate::{DEADLINE, Item, Order, Settings, failure, post::post_all};

/// The context of a request or of a call, as text, so that ids keep the length at which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// 16 or 32 hex digits.
    pub trace_id: String,
    /// The id of the span, 16 hex digits.
    pub span_id: String,
    /// Whether the trace is recorded; nothing where the caller has not decided.
    pub sampled: Option<bool>,
}

/// Reads the caller's context.
pub type Extract = fn(&HeaderMap) -> Option<Context>;

/// Writes the context of a call.
pub type Inject = fn(&Context, &mut HeaderMap);

/// Begins and ends spans, and calls inventory.
#[derive(Clone)]
pub struct Tracer {
    client: reqwest::Client,
    inventory: String,
    partner: String,
    ended: Arc<dyn Fn(Span) + Send + Sync>,
    service: &'static str,
    /// The time by which the service's clock is ahead, in microseconds; below zero, behind.
    offset: i64,
}

/// A span that has begun.
pub struct Open {
    context: Context,
    parent: Option<String>,
    kind: Kind,
    name: &'static str,
    micros: u64,
    clock: Instant,
    error: Option<String>,
}

/// Serves a lesson's routes as orders until standard input closes; then the spans that are left are sent.
///
/// # Errors
/// An address that is taken.
pub async fn serve(routes: impl FnOnce(Tracer) -> Router) -> anyhow::Result<()> {
    let config = Settings::parse().orders;
    let (ended, spans) = mpsc::unbounded_channel();
    let sender = tokio::spawn(post_all(spans, Zipkin::new(endpoint(&config))?));
    // It fails only when the process is about to end.
    serve_until_stopped(config, routes, move |span| _ = ended.send(span)).await?;
    sender.await??;
    Ok(())
}

/// Serves a lesson's routes as orders until standard input closes. Each span that ends is given to `ended`, which is gone when all
/// requests are answered.
///
/// # Errors
/// An address that is taken.
pub async fn serve_exported(
    routes: impl FnOnce(Tracer) -> Router,
    ended: impl Fn(Span) + Send + Sync + 'static,
) -> anyhow::Result<()> {
    serve_until_stopped(Settings::parse().orders, routes, ended).await
}

/// Zipkin, at the address that the service was told.
///
/// # Errors
/// No client.
pub fn zipkin() -> anyhow::Result<Zipkin> {
    Zipkin::new(endpoint(&Settings::parse().orders))
}

fn endpoint(config: &orders::Config) -> String {
    config.telemetry.delivery.zipkin_endpoint.as_url().to_string()
}

async fn serve_until_stopped(
    config: orders::Config,
    routes: impl FnOnce(Tracer) -> Router,
    ended: impl Fn(Span) + Send + Sync + 'static,
) -> anyhow::Result<()> {
    let stop = service::stop::requested(true)?;
    let listener = service::bind(config.listen_addr).await?;
    let router = routes(Tracer::new("orders", &config, ended)?);
    println!("INFO orders : listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(stop).await?;
    Ok(())
}

/// Serves `GET /orders/{id}`, with a lesson's way to read and to write headers.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(extract: Extract, inject: Inject) -> anyhow::Result<()> {
    let order = async move |State(tracer): State<Tracer>, headers: HeaderMap, id: OrderId, user: UserId| {
        let span = tracer.begin(extract(&headers).as_ref(), Kind::Server, "get /orders/{id}");
        let call = tracer.begin(Some(span.context()), Kind::Client, "get");
        let mut headers = HeaderMap::new();
        inject(call.context(), &mut headers);
        let price = tracer.price(headers).await;
        tracer.end(call);
        tracer.end(span);
        answer(price, id, user)
    };
    serve(|tracer| Router::new().route("/orders/{id}", get(order)).with_state(tracer)).await
}

fn answer(price: Result<u64, Error>, id: OrderId, user: UserId) -> Response {
    match price {
        Ok(price) => Json(Order::new(id, user, price)).into_response(),
        Err(error) => error.into_response(),
    }
}

/// Reads B3, in several headers.
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
    Some(Context {
        trace_id: text("x-b3-traceid")?,
        span_id: text("x-b3-spanid")?,
        sampled: text("x-b3-sampled").map(|sampled| sampled == "1"),
    })
}

/// Writes B3, in several headers.
pub fn inject(call: &Context) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put("x-b3-traceid", &call.trace_id);
    put("x-b3-spanid", &call.span_id);
    if let Some(sampled) = call.sampled {
        put("x-b3-sampled", if sampled { "1" } else { "0" });
    }
    headers
}

impl Tracer {
    /// The tracer of a service that serves nothing.
    pub(crate) fn of(
        service: &'static str,
        ended: impl Fn(Span) + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        Self::new(service, &Settings::parse().orders, ended)
    }

    fn new(
        service: &'static str,
        config: &orders::Config,
        ended: impl Fn(Span) + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let offset = std::env::var("CLOCK_OFFSET_MS").ok();
        let offset: Option<i64> = offset.and_then(|millis| millis.parse().ok());
        Ok(Self {
            client: reqwest::Client::builder().no_proxy().build()?,
            inventory: config.inventory_url.join("/items?name=laptop"),
            // The recorder before inventory stands for the world outside, too.
            partner: config.inventory_url.join("/partner/shipments"),
            ended: Arc::new(ended),
            service,
            offset: offset.unwrap_or_default() * 1000,
        })
    }

    /// Begins a span below another; without one, a new trace.
    pub fn begin(&self, parent: Option<&Context>, kind: Kind, name: &'static str) -> Open {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Open {
            context: Context {
                trace_id: parent.map_or_else(new_trace_id, |parent| parent.trace_id.clone()),
                span_id: format!("{:016x}", fastrand::u64(1..)),
                sampled: parent.and_then(|parent| parent.sampled),
            },
            parent: parent.map(|parent| parent.span_id.clone()),
            kind,
            name,
            micros: (since.as_micros() as u64).saturating_add_signed(self.offset),
            clock: Instant::now(),
            error: None,
        }
    }

    /// Ends a span of something that failed: the tag `error` says why.
    pub fn fail(&self, mut span: Open, error: &str) {
        span.error = Some(error.to_owned());
        self.end(span);
    }

    /// Ends a span. It is sent, unless the caller decided against it, or its ids are none.
    pub fn end(&self, span: Open) {
        let ids = (
            TraceId::parse(&span.context.trace_id),
            SpanId::parse(&span.context.span_id),
        );
        let (Ok(trace_id), Ok(id)) = ids else { return };
        if span.context.sampled == Some(false) {
            return;
        }
        let ended = Span {
            parent_id: span.parent.and_then(|parent| SpanId::parse(&parent).ok()),
            kind: Some(span.kind),
            name: Some(span.name.to_owned()),
            timestamp: Some(span.micros),
            duration: Some((span.clock.elapsed().as_micros() as u64).max(1)),
            local_endpoint: Some(Endpoint {
                service_name: Some(self.service.to_owned()),
                ..Endpoint::default()
            }),
            tags: span
                .error
                .map(|error| ("error".to_owned(), error))
                .into_iter()
                .collect(),
            ..Span::new(trace_id, id)
        };
        (self.ended)(ended);
    }

    /// Asks inventory for the price of a laptop, with these headers.
    ///
    /// # Errors
    /// An inventory that fails, or is too slow.
    pub async fn price(&self, headers: HeaderMap) -> Result<u64, Error> {
        let request = self
            .client
            .get(&self.inventory)
            .headers(headers)
            .timeout(DEADLINE);
        let failed = |error| failure("inventory", error);
        let answer = request.send().await.map_err(failed)?;
        let answer = answer.error_for_status().map_err(failed)?;
        let items: Vec<Item> = answer.json().await.map_err(failed)?;
        let price = items.first().map(|item| item.price);
        price.ok_or(Error::BadGateway("inventory", CallFailure::Incomplete))
    }
}

/// The card that a user pays with.
pub fn card_of(user: &UserId) -> String {
    format!("41111111{:08}", user.as_str().len())
}

impl Tracer {
    /// Lets the partner ship an order, with these headers.
    ///
    /// # Errors
    /// A partner that fails, or is too slow.
    pub async fn ship(&self, headers: HeaderMap) -> Result<(), Error> {
        let request = self.client.get(&self.partner).headers(headers).timeout(DEADLINE);
        let failed = |error| failure("partner", error);
        let answer = request.send().await.map_err(failed)?;
        answer.error_for_status().map_err(failed)?;
        Ok(())
    }
}

impl Open {
    /// The ids of the span, for what it causes.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

fn new_trace_id() -> String {
    format!("{:032x}", fastrand::u128(1..))
}
