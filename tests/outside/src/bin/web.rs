//! The first service: knows the user, and asks the cart at `CART`.

use std::{env, error::Error};

use axum::{Router, extract::Path, extract::State, http::StatusCode, routing::get};
use telemetry::{Telemetry, TracedClient, mdc};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = outside::start("web")?;
    let routes = routes(&telemetry, env::var("CART")?);
    outside::serve(&telemetry, routes).await
}

fn routes(telemetry: &Telemetry, cart: String) -> Router {
    Router::new()
        .route("/{user}/buy/{item}", get(buy))
        .with_state((telemetry.client(reqwest::Client::new()), cart))
        .layer(telemetry.server())
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
