//! The first service: knows the user, and asks the cart at `CART`.

use std::{env, error::Error};

use axum::{Router, extract::Path, extract::State, http::StatusCode, routing::get};
use telemetry::{Telemetry, TracedClient, mdc};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = outside::start("web")?;
    let routes = routes(&telemetry, env::var("CART")?)?;
    outside::serve(&telemetry, routes).await
}

fn routes(telemetry: &Telemetry, cart: String) -> reqwest::Result<Router> {
    let client = telemetry.client(reqwest::Client::builder())?;
    let routes = Router::new().route("/{user}/buy/{item}", get(buy));
    Ok(routes.with_state((client, cart)).layer(telemetry.server()))
}

async fn buy(
    State((client, cart)): State<(TracedClient, String)>,
    Path((user, item)): Path<(String, String)>,
) -> Result<String, StatusCode> {
    mdc::put("userId", user).map_err(|_| StatusCode::BAD_REQUEST)?;
    tracing::info!("buys {item}");
    let request = client.http().get(format!("{cart}/cart/{item}"));
    let answer = client
        .send("cart", request)
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    answer.text().await.map_err(|_| StatusCode::BAD_GATEWAY)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use telemetry::testing::{self, Stub, client, expect, headers, line, server};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn the_cart_is_asked_in_the_users_trace() {
        let telemetry = testing::carrying("web", ["userId"]);
        let in_cart = Router::new().route("/cart/{item}", get(async || "in the cart"));
        let cart = Stub::start("cart", in_cart).await;
        let request = Request::get("/terry/buy/bread").body(Body::empty()).unwrap();
        let answer = routes(&telemetry, cart.url(""))
            .unwrap()
            .oneshot(request)
            .await
            .unwrap();

        let call = client("web", "GET").to("cart");
        let tree = server("web", "GET /{user}/buy/{item}")
            .tag("userId", "terry")
            .children([call]);
        let expected = expect()
            .tree(tree)
            .line(line("buys bread").field("userId", "terry"))
            .headers(headers("cart").header("baggage", "userId=terry"));
        telemetry.trace_of(&answer).expect(expected).await;
    }
}
