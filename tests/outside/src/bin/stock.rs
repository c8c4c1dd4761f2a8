//! The last service: counts.

use std::error::Error;

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use telemetry::{Telemetry, mdc};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = outside::start("stock")?;
    outside::serve(&telemetry, routes(&telemetry)).await
}

fn routes(telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/stock/{item}", get(count))
        .layer(telemetry.server())
}

async fn count(Path(item): Path<String>) -> Result<&'static str, StatusCode> {
    tracing::debug!("counting for {:?}", mdc::get("userId"));
    if item == "bread" {
        Ok("3")
    } else {
        tracing::warn!("{item} is not in stock");
        Err(StatusCode::NOT_FOUND)
    }
}
