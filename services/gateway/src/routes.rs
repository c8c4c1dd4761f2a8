//! The two routes. What `mdc::put` is given here is on every later log line of the request, in all three services.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::{Error, OrderId, UserId, UserName};
use telemetry::mdc;

use crate::orders::{Item, Order, Orders};

/// A user, and what they have.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    name: String,
    email: &'static str,
    item_list: Vec<Item>,
}

/// `GET /users/{name}`: a list, because the original's is one.
pub async fn user(State(orders): State<Orders>, name: UserName) -> Result<Json<[User; 1]>, Error> {
    mdc::put("userId", name.as_str())?;
    tracing::info!("getUser {name}");
    let item_list = orders.user_items(&name).await?;
    tracing::info!("items of {name}: {}", item_list.len());

    let name = name.into_string();
    Ok(Json([User {
        name,
        email: "myemail@mygoogle.com",
        item_list,
    }]))
}

/// `GET /orders/{id}`, on behalf of the user in the header `userid`.
pub async fn order(State(orders): State<Orders>, id: OrderId, user: UserId) -> Result<Json<Order>, Error> {
    mdc::put("userId", user.as_str())?;
    mdc::put("orderId", id.to_string())?;
    tracing::info!("getOrder {id}");
    let order = orders.order(id, &user).await?;
    tracing::info!("order {id} costs {}", order.total_price);
    Ok(Json(order))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use telemetry::testing::{
        self, Stub, TestTelemetry, client, contains, expect, headers, line, pattern, server,
    };
    use tower::ServiceExt;

    use super::*;

    fn telemetry() -> TestTelemetry {
        testing::carrying("gateway", service::MDC_NAMES.split(','))
    }

    /// A request that the gateway refuses by itself: nothing listens where orders should be.
    async fn refused(request: Request<Body>) -> String {
        let telemetry = telemetry();
        let url = "http://127.0.0.1:1".parse().unwrap();
        let orders = Orders::new(url, Duration::from_secs(1), &telemetry).unwrap();
        let response = crate::router(orders, &telemetry).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let body = to_bytes(response.into_body(), 99_999).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn answers_have_the_originals_keys_in_its_order() {
        let items =
            r#"[{"name":"terry","email":"myemail@mygoogle.com","itemList":[{"name":"mouse","quantity":2}]}]"#;
        let user = User {
            name: "terry".into(),
            email: "myemail@mygoogle.com",
            item_list: serde_json::from_str(r#"[{"quantity":2,"name":"mouse"}]"#).unwrap(),
        };
        assert_eq!(serde_json::to_string(&[user]).unwrap(), items);

        let order =
            r#"{"item":"laptop","pricePerItem":100,"quantity":1,"totalPrice":100,"id":1,"user":"terry"}"#;
        let read: Order = serde_json::from_str(order).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), order);
    }

    #[tokio::test]
    async fn an_order_is_one_trace_with_its_values_on_each_hop() {
        let telemetry = telemetry();
        let order =
            r#"{"item":"laptop","pricePerItem":100,"quantity":1,"totalPrice":100,"id":7,"user":"terry"}"#;
        let hop = Stub::start("orders", Router::new().fallback(async move || order)).await;
        let orders = Orders::new(hop.url("").parse().unwrap(), Duration::from_secs(5), &telemetry).unwrap();
        let request = Request::get("/orders/7")
            .header("userid", "terry")
            .body(Body::empty())
            .unwrap();
        let response = crate::router(orders, &telemetry).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);

        let of_this_order = |text: &str| {
            line(text)
                .level("INFO")
                .field("userId", "terry")
                .field("orderId", "7")
        };
        let expected = expect()
            .tree(
                server("gateway", "GET /orders/{id}")
                    .label("served")
                    .tag("userId", "terry")
                    .tag("orderId", "7")
                    .children([client("gateway", "GET")
                        .to("orders")
                        .tag("http.path", "/orders/7")
                        .label("call")]),
            )
            .line(of_this_order("getOrder 7").field("spanId", pattern("{id:served}")))
            .line(of_this_order("order 7 costs 100"))
            .headers(
                headers("orders")
                    .header("x-b3-traceid", pattern("{traceId}"))
                    .header("x-b3-spanid", pattern("{id:call}"))
                    .header("x-b3-parentspanid", pattern("{id:served}"))
                    .header("baggage", contains("userId=terry"))
                    .header("baggage", contains("orderId=7"))
                    .header("userid", "terry")
                    .count(1),
            );
        telemetry.trace_of(&response).expect(expected).await;
    }

    #[tokio::test]
    async fn an_order_needs_to_know_who_asks() {
        let body = refused(Request::get("/orders/1").body(Body::empty()).unwrap()).await;
        let message = "Missing request header 'userid' for method parameter of type String";
        let expected = format!(
            r#""status":400,"error":"Bad Request","message":"{message}","path":"/orders/1","traceId":""#
        );
        assert!(body.contains(&expected), "{body}");
    }

    #[tokio::test]
    async fn a_value_too_long_to_travel_is_refused() {
        let name = "가".repeat(1_000); // three bytes each, nine once percent-encoded
        let order = Request::get("/orders/1").header("userid", name.as_bytes());
        let user = Request::get(format!("/users/{}", "a".repeat(8_200)));
        for request in [order, user] {
            let body = refused(request.body(Body::empty()).unwrap()).await;
            let message = r#""message":"A value of this request is too long to be passed on""#;
            assert!(body.contains(message), "{body}");
        }
    }
}
