//! A service and its test: one request, and what its trace, its lines and the headers of its call have to be.
//!
//! ```sh
//! cargo test -p three-hops-telemetry --example tested
//! ```

use std::{error::Error, time::Duration};

use axum::{Router, extract::Path, extract::State, http::StatusCode, routing::get};
use telemetry::{Config, Telemetry, TracedClient, config::ExporterKind, mdc, stop};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = Telemetry::start("orders", &Config::default().with_exporter(ExporterKind::Console))?;
    let stop = stop::requested()?;
    let listener = TcpListener::bind("127.0.0.1:8082").await?;
    telemetry.announce_start(listener.local_addr()?);
    let routes = routes(&telemetry, "http://127.0.0.1:8081".to_owned())?;
    axum::serve(listener, routes).with_graceful_shutdown(stop).await?;
    telemetry.shutdown().await;
    Ok(())
}

fn routes(telemetry: &Telemetry, inventory: String) -> reqwest::Result<Router> {
    let client = telemetry.client(reqwest::Client::builder().timeout(Duration::from_secs(1)))?;
    let routes = Router::new().route("/orders/{item}", get(order));
    Ok(routes.with_state((client, inventory)).layer(telemetry.server()))
}

async fn order(
    State((client, inventory)): State<(TracedClient, String)>,
    Path(item): Path<String>,
) -> Result<String, StatusCode> {
    mdc::put("item", &item).map_err(|_| StatusCode::BAD_REQUEST)?;
    let request = client.http().get(format!("{inventory}/price/{item}"));
    let answer = client.send("inventory", request).await;
    let answer = answer.map_err(|_| StatusCode::BAD_GATEWAY)?;
    if answer.status() == StatusCode::NOT_FOUND {
        tracing::warn!("nobody sells it");
        return Err(StatusCode::NOT_FOUND);
    }
    answer.text().await.map_err(|_| StatusCode::BAD_GATEWAY)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use telemetry::testing::{self, Stub, client, expect, headers, line, pattern, server};
    use tower::ServiceExt as _;

    use super::*;

    async fn inventory() -> Stub {
        let price = async |Path(item): Path<String>| match item.as_str() {
            "bread" => Ok("3 €"),
            _ => Err(StatusCode::NOT_FOUND),
        };
        Stub::start("inventory", Router::new().route("/price/{item}", get(price))).await
    }

    #[tokio::test]
    async fn the_price_is_asked_in_the_trace_of_the_order() -> Result<(), Box<dyn Error>> {
        let (telemetry, inventory) = (testing::telemetry("orders"), inventory().await);
        let request = Request::get("/orders/bread").body(Body::empty())?;
        let answer = routes(&telemetry, inventory.url(""))?.oneshot(request).await?;

        let call = client("orders", "GET").to("inventory").label("call");
        let root = server("orders", "GET /orders/{item}").tag("item", "bread");
        let expected = expect()
            .tree(root.children([call]))
            .headers(headers("inventory").header("x-b3-spanid", pattern("{id:call}")));
        telemetry.trace_of(&answer).expect(expected).await;
        Ok(())
    }

    #[tokio::test]
    async fn an_item_that_nobody_sells_is_a_warning_with_its_name() -> Result<(), Box<dyn Error>> {
        let (telemetry, inventory) = (testing::telemetry("orders"), inventory().await);
        let request = Request::get("/orders/gold").body(Body::empty())?;
        let answer = routes(&telemetry, inventory.url(""))?.oneshot(request).await?;

        let warning = line("nobody sells it").level("WARN").field("item", "gold");
        let root = server("orders", "GET /orders/{item}").tag("http.status_code", "404");
        let expected = expect().tree(root.including([])).line(warning);
        telemetry.trace_of(&answer).expect(expected).await;
        Ok(())
    }
}
