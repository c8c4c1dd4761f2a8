//! A service: one SERVER span a request, lines with its ids, and spans on standard error until it goes to Zipkin.
//!
//! ```sh
//! cargo run -p three-hops-telemetry --example service -- 127.0.0.1:8081
//! curl -i -H 'baggage: userId=terry' http://127.0.0.1:8081/price/bread
//! ```

use std::{env, error::Error};

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use telemetry::{Config, Ends, Telemetry, config::ExporterKind, mdc, stop};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::default()
        .with_mdc_propagate(["userId"])
        .with_exporter(ExporterKind::Console); // the default is Zipkin
    let telemetry = Telemetry::start("inventory", &config)?;

    let stop = stop::requested()?;
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    let listener = TcpListener::bind(address).await?;
    telemetry.announce_start(listener.local_addr()?);

    let routes = Router::new()
        .route("/price/{item}", get(price))
        .layer(telemetry.server());
    axum::serve(listener, routes.into_make_service_with_connect_info::<Ends>())
        .with_graceful_shutdown(stop) // Ctrl-C and SIGTERM
        .await?;
    telemetry.shutdown().await;
    Ok(())
}

async fn price(Path(item): Path<String>) -> Result<&'static str, StatusCode> {
    mdc::put("item", &item).map_err(|_| StatusCode::BAD_REQUEST)?;
    if item == "bread" {
        tracing::info!("in stock");
        Ok("3 €")
    } else {
        tracing::warn!("not in stock");
        Err(StatusCode::NOT_FOUND)
    }
}
