//! The service that the W3C's validation suite for Trace Context drives: it calls whom it is told to call.
//!
//! ```sh
//! OTEL_TRACES_EXPORTER=none OTEL_PROPAGATORS=tracecontext cargo run -p three-hops-telemetry --features clap --example trace_context
//! STRICT_LEVEL=2 SPEC_LEVEL=2 python3 test/test.py http://127.0.0.1:5000/test    # in github.com/w3c/trace-context
//! ```

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use clap::Parser as _;
use serde_json::Value;
use telemetry::{Telemetry, TracedClient};

#[derive(clap::Parser)]
struct Arguments {
    #[command(flatten)]
    telemetry: telemetry::Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let telemetry = Telemetry::start("trace-context", &Arguments::parse().telemetry)?;
    let client = telemetry.client(reqwest::Client::builder().no_proxy())?;
    let routes = Router::new().route("/test", post(call_each)).with_state(client);
    let routes = routes.layer(telemetry.server());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:5000").await?;
    Ok(axum::serve(listener, routes).await?)
}

/// The body is a list of `{"url": …, "arguments": […]}`: the arguments are the body of a call to that URL.
async fn call_each(State(client): State<TracedClient>, Json(calls): Json<Vec<Value>>) -> StatusCode {
    for call in calls {
        let (Some(url), Some(arguments)) = (call.get("url").and_then(Value::as_str), call.get("arguments"))
        else {
            return StatusCode::BAD_REQUEST;
        };
        let request = client.http().post(url).json(arguments);
        if let Err(error) = client.send("suite", request).await {
            tracing::error!("{url} did not answer: {error}");
            return StatusCode::BAD_GATEWAY;
        }
    }
    StatusCode::OK
}
