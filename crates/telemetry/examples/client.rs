//! A program that calls a service: one trace, with a CLIENT span for each attempt.
//!
//! ```sh
//! cargo run -p three-hops-telemetry --example client -- http://127.0.0.1:8081/price/bread
//! ```

use std::{env, error::Error, time::Duration};

use telemetry::{Config, Telemetry, config::ExporterKind, mdc, task};
use tracing::info_span;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::default()
        .with_mdc_propagate(["userId"])
        .with_exporter(ExporterKind::Console); // the default is Zipkin
    let telemetry = Telemetry::start("shop", &config)?;
    let client = telemetry.client(reqwest::Client::builder())?;
    let url = env::args().nth(1).ok_or("a URL is needed")?;

    // The calls of a span are its children, and the values of its trace go with them.
    let answer = task::spawn(info_span!("ask for a price"), async move {
        mdc::put("userId", "terry").ok();
        let attempt = || client.send("inventory", client.http().get(&url));
        let answer = task::retry(3, Duration::from_millis(50), reqwest::Error::is_connect, attempt).await?;
        tracing::info!(status = answer.status().as_u16(), "answered");
        answer.text().await
    });
    let answer = answer.await?;
    telemetry.shutdown().await;
    println!("{}", answer?);
    Ok(())
}
