//! Logs the records on standard input, so that `.ci/log-formats` can compare our lines with those of others.
//!
//! ```sh
//! LOG_FORMAT=ecs OTEL_TRACES_EXPORTER=none cargo run -p three-hops-telemetry --features clap --example log_lines < tests/log-formats/records.jsonl
//! ```

use std::{collections::BTreeMap, io::BufRead as _};

use anyhow::Context as _;
use axum::{Router, body::Body, http::Request, routing::get};
use clap::Parser as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use telemetry::Telemetry;
use tower::ServiceExt as _;

#[derive(clap::Parser)]
#[command(mut_arg("mdc_propagate", |names| names.default_value("userId,orderId")))]
struct Arguments {
    #[command(flatten)]
    telemetry: telemetry::Config,
}

/// A record, and the request that it is written in.
#[derive(Clone, serde::Deserialize)]
struct Record {
    level: String,
    message: String,
    /// The caller's `b3` header; none for a record outside of a request.
    b3: Option<String>,
    #[serde(default)]
    mdc: BTreeMap<String, String>,
    #[serde(default)]
    fields: Fields,
}

/// `tracing` wants to know the names when it is compiled.
#[derive(Clone, Default, serde::Deserialize)]
struct Fields {
    code: Option<u64>,
    error: Option<String>,
}

// One thread, the main one: its name is on every line.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let telemetry = Telemetry::start("shop", &Arguments::parse().telemetry)?;
    for line in std::io::stdin().lock().lines() {
        let record: Record = serde_json::from_str(&line?).context("no such record")?;
        match record.b3.clone() {
            Some(b3) => within_request(&b3, record, &telemetry).await?,
            None => log(&record),
        }
    }
    Ok(())
}

async fn within_request(b3: &str, record: Record, telemetry: &Telemetry) -> anyhow::Result<()> {
    let encoded = |(name, value): (&String, &String)| {
        format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
    };
    let baggage: Vec<_> = record.mdc.iter().map(encoded).collect();
    let request = Request::get("/")
        .header("b3", b3)
        .header("baggage", baggage.join(","));
    let routes = Router::new()
        .route("/", get(async move || log(&record)))
        .layer(telemetry.server());
    routes.oneshot(request.body(Body::empty())?).await?;
    Ok(())
}

fn log(record: &Record) {
    let Record { message, fields, .. } = record;
    let (code, error) = (fields.code, fields.error.as_deref());
    match record.level.as_str() {
        "ERROR" => tracing::error!(target: "shop.orders", { code, error }, "{message}"),
        "WARN" => tracing::warn!(target: "shop.orders", { code, error }, "{message}"),
        "DEBUG" => tracing::debug!(target: "shop.orders", { code, error }, "{message}"),
        _ => tracing::info!(target: "shop.orders", { code, error }, "{message}"),
    }
}
