//! Orders, with tracing made by hand. Values of the request go along as baggage. A partner outside of the company ships the order.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue},
    routing::get,
};
use kit::{
    Order,
    hand::{Context, Kind, Tracer, card_of, extract, inject},
};
use service::{Error, OrderId, UserId};

/// Values of a request, by name.
type Values = BTreeMap<String, String>;

/// The routes of orders.
pub fn routes(tracer: Tracer) -> Router {
    Router::new().route("/orders/{id}", get(order)).with_state(tracer)
}

/// `GET /orders/{id}`: one laptop, at inventory's price, shipped by the partner.
async fn order(
    State(tracer): State<Tracer>,
    headers: HeaderMap,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    let span = tracer.begin(extract(&headers).as_ref(), Kind::Server, "get /orders/{id}");
    let values = baggage(&headers);
    // Kept apart from what is carried: here to pay with, and nowhere to be sent.
    let _card = card_of(&user);
    log(&values, &format!("getOrder {id}"));

    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let price = tracer.price(inside(call.context(), &values)).await;
    tracer.end(call);
    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let shipped = tracer.ship(outside(call.context())).await;
    tracer.end(call);
    tracer.end(span);
    shipped?;
    Ok(Json(Order::new(id, user, price?)))
}

/// The headers of a call of inventory, which is one of ours.
fn inside(call: &Context, values: &Values) -> HeaderMap {
    with_baggage(inject(call), values)
}

/// The headers of a call of the partner: the trace goes on, and nothing about anybody leaves.
fn outside(call: &Context) -> HeaderMap {
    inject(call)
}

/// The values that came with the request, as far as this service knows their names.
fn baggage(headers: &HeaderMap) -> Values {
    let header = headers.get("baggage").and_then(|value| value.to_str().ok());
    let members = header.unwrap_or_default().split(',');
    let pairs = members.filter_map(|member| member.split_once('='));
    pairs
        .filter(|(name, _)| ["userId", "orderId"].contains(&name.trim()))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// The headers with the values as baggage.
fn with_baggage(mut headers: HeaderMap, values: &Values) -> HeaderMap {
    let members: Vec<String> = values
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if let Ok(value) = HeaderValue::from_str(&members.join(",")) {
        headers.insert("baggage", value);
    }
    headers
}

/// Writes one line, with the values.
fn log(values: &Values, message: &str) {
    let shown = values.iter();
    let shown: Vec<String> = shown.map(|(name, value)| format!("{name}={value}")).collect();
    println!("INFO orders : {} {message}", shown.join(" "));
}
