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
    let mut values = baggage(&headers);
    values.insert("cardNumber".to_owned(), card_of(&user));
    log(&values, &format!("getOrder {id}"));

    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let price = tracer.price(inside(call.context(), &values)).await;
    tracer.end(call);
    let call = tracer.begin(Some(span.context()), Kind::Client, "get");
    let shipped = tracer.ship(outside(call.context(), id)).await;
    tracer.end(call);
    tracer.end(span);
    shipped?;
    Ok(Json(Order::new(id, user, price?)))
}

/// The names that our services pass on to each other; all others stay here.
const CARRIED: [&str; 2] = ["userId", "orderId"];

/// The headers of a call of inventory, which is one of ours.
fn inside(call: &Context, values: &Values) -> HeaderMap {
    let carried = values.iter().filter(|(name, _)| CARRIED.contains(&name.as_str()));
    let carried = carried.map(|(name, value)| (name.clone(), value.clone()));
    with_baggage(inject(call), &carried.collect())
}

/// The headers of a call of the partner, who may need the number of the order.
fn outside(call: &Context, id: OrderId) -> HeaderMap {
    with_baggage(
        inject(call),
        &Values::from([("orderId".to_owned(), id.to_string())]),
    )
}

/// The values that came with the request.
fn baggage(headers: &HeaderMap) -> Values {
    let header = headers.get("baggage").and_then(|value| value.to_str().ok());
    let members = header.unwrap_or_default().split(',');
    let pairs = members.filter_map(|member| member.split_once('='));
    pairs
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

/// Writes one line, with the values but for the card.
fn log(values: &Values, message: &str) {
    let shown = values.iter().filter(|(name, _)| *name != "cardNumber");
    let shown: Vec<String> = shown.map(|(name, value)| format!("{name}={value}")).collect();
    println!("INFO orders : {} {message}", shown.join(" "));
}
