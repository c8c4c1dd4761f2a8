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
    let is_debug = headers.get("x-b3-flags").is_some_and(|f| f == "1");
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

/// Whether this request is recorded.
fn decide(caller: Option<&Context>) -> bool {
    caller
        .and_then(|c| c.sampled)
        .unwrap_or_else(|| fastrand::f64() < SHARE)
}

/// Reads the caller's context, in B3. `X-B3-Flags: 1` is debug: recorded, whatever the share.
fn extract(headers: &HeaderMap) -> Option<Context> {
    let text = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
    Some(Context {
        trace_id: text("x-b3-traceid")?,
        span_id: text("x-b3-spanid")?,
        sampled: match (text("x-b3-flags").as_deref(), text("x-b3-sampled").as_deref()) {
            (Some("1"), _) => Some(true),
            (_, Some(s)) => Some(s == "1"),
            _ => None,
        },
    })
}

/// Writes the context of a call, in B3.
fn inject(call: &Context, is_debug: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [("x-b3-traceid", &call.trace_id), ("x-b3-spanid", &call.span_id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if is_debug {
        headers.insert("x-b3-flags", HeaderValue::from_static("1"));
    } else if let Some(sampled) = call.sampled {
        headers.insert(
            "x-b3-sampled",
            HeaderValue::from_static(if sampled { "1" } else { "0" }),
        );
    }
    if call.sampled == Some(false) {
        headers.clear();
    }
    headers
}
