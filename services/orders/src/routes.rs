//! The two routes: what we know is what was ordered and how many, the rest is inventory's.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::{Error, OrderId, UserId, UserName};

use crate::inventory::Inventory;

/// Some of one item.
#[derive(Debug, Serialize)]
pub struct UserItem {
    name: String,
    quantity: u64,
}

/// An order of one item.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    item: String,
    price_per_item: u64,
    quantity: u64,
    total_price: u64,
    id: i32,
    user: String,
}

/// `GET /users/{name}/items`. Everybody has one computer and two mice, as long as inventory knows them.
pub async fn user_items(
    State(inventory): State<Inventory>,
    name: UserName,
) -> Result<Json<[UserItem; 2]>, Error> {
    tracing::info!("getItems {name}");
    let [computer, mouse] = inventory.items(["computer", "mouse"]).await?;
    tracing::info!(
        "{name} has computers at {} and mice at {}",
        computer.price,
        mouse.price
    );

    Ok(Json([
        UserItem {
            name: computer.name,
            quantity: 1,
        },
        UserItem {
            name: mouse.name,
            quantity: 2,
        },
    ]))
}

/// `GET /orders/{id}`. Every order is one laptop, for whoever asks.
pub async fn order(
    State(inventory): State<Inventory>,
    id: OrderId,
    user: UserId,
) -> Result<Json<Order>, Error> {
    tracing::info!("getOrder {id}");
    let [laptop] = inventory.items(["laptop"]).await?;
    let quantity = 1;
    let total_price = laptop.price * quantity;
    tracing::info!("order {id} comes to {total_price}");

    Ok(Json(Order {
        item: laptop.name,
        price_per_item: laptop.price,
        quantity,
        total_price,
        id: id.0,
        user: user.into_string(),
    }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use telemetry::testing::{self, Stub, TestTelemetry, client, contains, expect, headers, line, server};
    use tower::ServiceExt;

    use super::*;

    fn telemetry() -> TestTelemetry {
        testing::carrying("orders", service::MDC_NAMES.split(','))
    }

    #[tokio::test]
    async fn an_order_is_priced_in_one_call_with_the_callers_values() {
        let telemetry = telemetry();
        let laptop = r#"[{"name":"laptop","price":100,"stock":7}]"#;
        let hop = Stub::start("inventory", Router::new().fallback(async move || laptop)).await;
        let inventory =
            Inventory::new(hop.url("").parse().unwrap(), Duration::from_secs(5), &telemetry).unwrap();
        let request = Request::get("/orders/7")
            .header("userid", "terry")
            .header("baggage", "userId=terry,orderId=7");
        let request = request.body(Body::empty()).unwrap();
        let response = crate::router(inventory, &telemetry)
            .oneshot(request)
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);

        let of_this_order = |text: &str| line(text).field("userId", "terry").field("orderId", "7");
        let expected = expect()
            .tree(
                server("orders", "GET /orders/{id}")
                    .tag("orderId", "7")
                    .children([client("orders", "GET").to("inventory").tag("http.path", "/items")]),
            )
            .line(of_this_order("getOrder 7"))
            .line(of_this_order("order 7 comes to 100"))
            .headers(
                headers("inventory")
                    .header("baggage", contains("orderId=7"))
                    .no_header("userid")
                    .count(1),
            );
        telemetry.trace_of(&response).expect(expected).await;
    }

    #[tokio::test]
    async fn bad_requests_of_orders_never_reach_inventory() {
        let telemetry = telemetry();
        let url = "http://127.0.0.1:1".parse().unwrap();
        let inventory = Inventory::new(url, Duration::from_secs(1), &telemetry).unwrap();
        let router = crate::router(inventory, &telemetry);
        let cases = [
            ("GET", "/orders/1", StatusCode::BAD_REQUEST), // nobody asks
            ("GET", "/orders/abc", StatusCode::BAD_REQUEST),
            ("GET", "/users/../items", StatusCode::BAD_REQUEST),
            ("GET", "/users/terry", StatusCode::NOT_FOUND), // the gateway's
            ("DELETE", "/orders/1", StatusCode::METHOD_NOT_ALLOWED),
        ];
        for (method, path, status) in cases {
            let request = Request::builder().method(method).uri(path).body(Body::empty());
            let response = router.clone().oneshot(request.unwrap()).await.unwrap();
            assert_eq!(response.status(), status, "{method} {path}");
        }
    }

    #[test]
    fn answers_have_the_originals_keys_in_its_order() {
        let item = UserItem {
            name: "mouse".into(),
            quantity: 2,
        };
        let json = serde_json::to_string(&item).unwrap();
        assert_eq!(json, r#"{"name":"mouse","quantity":2}"#);

        let order = Order {
            item: "laptop".into(),
            price_per_item: 100,
            quantity: 1,
            total_price: 100,
            id: 1,
            user: "terry".into(),
        };
        assert_eq!(
            serde_json::to_string(&order).unwrap(),
            r#"{"item":"laptop","pricePerItem":100,"quantity":1,"totalPrice":100,"id":1,"user":"terry"}"#
        );
    }
}
