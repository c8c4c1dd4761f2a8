//! Orders, with tracing made by hand. To record every request would be too much, so orders records every second one.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue},
    routing::get,
};
use kit::{
    Order,
    hand::{Context, Kind, Tracer},
};
use service::{Error, OrderId, UserId};

/// The share of traces that orders records.
const SHARE: f64 = 0.5;

/// The routes of orders.
pub fn routes(tracer: Tracer) -> Router {
    Router::new().route("/orders/{id}", get(order)).with_state(tracer)
}

/// `GET /orders/{id}`: one laptop, at inventory's price.
async fn order(
    State(tracer): State<Tracer>,
    headers: HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let is_debug = is_debug(&headers);
    let mut caller = extract(&headers);
    let is_recorded = decide(caller.as_ref());
    if let Some(caller) = &mut caller {
        caller.sampled = Some(is_recorded);
    }
    // Spans below it decide as their parent has.
    let span = tracer.begin(caller.as_ref(), Kind::Server, "get /orders/{id}");
    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let price = tracer.price(inject(call.context(), is_debug)).await;
    tracer.end(call);
    tracer.end(span);
    Ok(Json(Order::new(id, user, price?)))
}

/// Whether this request is recorded: the caller knows; where it leaves that to us, the trace id decides, so that it is the same for
/// everybody who asks.
fn decide(caller: Option<&Context>) -> bool {
    let Some(caller) = caller else {
        return fastrand::f64() < SHARE;
    };
    let low = caller.trace_id.get(caller.trace_id.len().saturating_sub(8)..);
    let low = low.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let by_id = f64::from(low.unwrap_or_default()) < SHARE * f64::from(u32::MAX);
    caller.sampled.unwrap_or(by_id)
}

/// Reads the caller's context, in B3. `X-B3-Flags: 1` is debug: recorded, whatever the share.
fn extract(headers: &HeaderMap) -> Option<Context> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let sampled = match text("x-b3-sampled").as_deref() {
        _ if is_debug(headers) => Some(true),
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    Some(Context {
        trace_id: text("x-b3-traceid")?,
        span_id: text("x-b3-spanid")?,
        sampled,
    })
}

/// Whether the caller asks for a trace to look for a fault.
fn is_debug(headers: &HeaderMap) -> bool {
    headers.get("x-b3-flags").is_some_and(|flags| flags == "1")
}

/// Writes the context of a call, in B3, the decision with it.
fn inject(call: &Context, is_debug: bool) -> HeaderMap {
    let decision = match call.sampled {
        _ if is_debug => ("x-b3-flags", "1"),
        Some(false) => ("x-b3-sampled", "0"),
        _ => ("x-b3-sampled", "1"),
    };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("x-b3-traceid", call.trace_id.as_str()),
        ("x-b3-spanid", &call.span_id),
        decision,
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers
}
