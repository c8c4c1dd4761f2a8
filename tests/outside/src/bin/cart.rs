//! The second service: asks the stock at `STOCK`.

use std::{env, error::Error};

use axum::{Router, extract::Path, extract::State, http::StatusCode, routing::get};
use telemetry::{Telemetry, TracedClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = outside::start("cart")?;
    let routes = routes(&telemetry, env::var("STOCK")?)?;
    outside::serve(&telemetry, routes).await
}

fn routes(telemetry: &Telemetry, stock: String) -> reqwest::Result<Router> {
    let client = telemetry.client(reqwest::Client::builder())?;
    let routes = Router::new().route("/cart/{item}", get(put));
    Ok(routes.with_state((client, stock)).layer(telemetry.server()))
}

async fn put(
    State((client, stock)): State<(TracedClient, String)>,
    Path(item): Path<String>,
) -> Result<String, StatusCode> {
    let request = client.http().get(format!("{stock}/stock/{item}"));
    let answer = client
        .send("stock", request)
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    let left = answer.text().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    tracing::info!("{left} left");
    Ok(format!("{item} is in the cart, {left} left"))
}
