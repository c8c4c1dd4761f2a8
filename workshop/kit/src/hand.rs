//! Orders with tracing made by hand, as it was before there were libraries: a SERVER and a CLIENT span, posted to Zipkin. How the
//! context stands in headers is the lesson's.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::{
    Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
    routing::get,
};
use clap::Parser as _;
use service::{Error, Fault, OrderId, UserId};
use tokio::sync::mpsc;
use zipkin::{Endpoint, Kind, Span, SpanId, TraceId};

use crate::{DEADLINE, Item, Order, Settings, post::post_all};

/// The context of a request or of a call, as text, so that ids keep the length at which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// 16 or 32 hex digits.
    pub trace_id: String,
    /// The id of the caller's span, 16 hex digits.
    pub span_id: String,
    /// Whether the trace is recorded; nothing where the caller has not decided.
    pub sampled: Option<bool>,
}

/// Reads the caller's context.
pub type Extract = fn(&HeaderMap) -> Option<Context>;

/// Writes the context of a call.
pub type Inject = fn(&Context, &mut HeaderMap);

#[derive(Clone)]
struct Orders {
    client: reqwest::Client,
    inventory: String,
    ended: mpsc::UnboundedSender<Span>,
    extract: Extract,
    inject: Inject,
}

/// Serves orders until standard input closes; then the spans that are left are sent.
///
/// # Errors
/// An address that is taken.
pub async fn serve(extract: Extract, inject: Inject) -> anyhow::Result<()> {
    let config = Settings::parse().orders;
    let stop = service::stop::requested(true)?;
    let listener = service::bind(config.listen_addr).await?;
    let endpoint = config.telemetry.delivery.zipkin_endpoint.as_url().to_string();
    let (ended, spans) = mpsc::unbounded_channel();
    let sender = tokio::spawn(post_all(spans, endpoint));
    let orders = Orders {
        client: reqwest::Client::builder().no_proxy().build()?,
        inventory: config.inventory_url.join("/items?name=laptop"),
        ended,
        extract,
        inject,
    };
    println!("INFO orders : listening on http://{}", listener.local_addr()?);
    let router = Router::new().route("/orders/{id}", get(order)).with_state(orders);
    axum::serve(listener, router).with_graceful_shutdown(stop).await?;
    sender.await??;
    Ok(())
}

/// `GET /orders/{id}` in a SERVER span, with a CLIENT span for the call of inventory.
async fn order(State(orders): State<Orders>, headers: HeaderMap, id: OrderId, user: UserId) -> Response {
    let caller = (orders.extract)(&headers);
    let begun = Begun::now();
    let own = Context {
        trace_id: caller
            .as_ref()
            .map_or_else(new_trace_id, |caller| caller.trace_id.clone()),
        span_id: new_span_id(),
        sampled: caller.as_ref().and_then(|caller| caller.sampled),
    };
    let price = orders.price(&own).await;
    let parent = caller.map(|caller| caller.span_id);
    orders.record(&own, parent, Kind::Server, "get /orders/{id}", &begun);
    match price {
        Ok(price) => Json(Order::new(id, user, price)).into_response(),
        Err(error) => error.into_response(),
    }
}

impl Orders {
    async fn price(&self, own: &Context) -> Result<u64, Error> {
        let begun = Begun::now();
        let call = Context {
            span_id: new_span_id(),
            ..own.clone()
        };
        let mut headers = HeaderMap::new();
        (self.inject)(&call, &mut headers);
        let request = self
            .client
            .get(&self.inventory)
            .headers(headers)
            .timeout(DEADLINE);
        let failed = |error: reqwest::Error| Error::BadGateway("inventory", Fault::Transport(error));
        let answer = request.send().await.map_err(failed)?;
        let items: Vec<Item> = answer.json().await.map_err(failed)?;
        self.record(&call, Some(own.span_id.clone()), Kind::Client, "get", &begun);
        let price = items.first().map(|item| item.price);
        price.ok_or(Error::BadGateway("inventory", Fault::Incomplete))
    }

    /// Records a span, unless the caller decided against it, or its ids are none.
    fn record(&self, context: &Context, parent: Option<String>, kind: Kind, name: &str, begun: &Begun) {
        let (Ok(trace_id), Ok(id)) = (TraceId::parse(&context.trace_id), SpanId::parse(&context.span_id))
        else {
            return;
        };
        if context.sampled == Some(false) {
            return;
        }
        let span = Span {
            parent_id: parent.and_then(|parent| SpanId::parse(&parent).ok()),
            kind: Some(kind),
            name: Some(name.to_owned()),
            timestamp: Some(begun.micros),
            duration: Some((begun.clock.elapsed().as_micros() as u64).max(1)),
            local_endpoint: Some(Endpoint {
                service_name: Some("orders".to_owned()),
                ..Endpoint::default()
            }),
            ..Span::new(trace_id, id)
        };
        // It fails only when the process is about to end.
        let _ = self.ended.send(span);
    }
}

/// When a span began.
struct Begun {
    micros: u64,
    clock: Instant,
}

impl Begun {
    fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            micros: since.as_micros() as u64,
            clock: Instant::now(),
        }
    }
}

fn new_trace_id() -> String {
    format!("{:032x}", fastrand::u128(1..))
}

fn new_span_id() -> String {
    format!("{:016x}", fastrand::u64(1..))
}
