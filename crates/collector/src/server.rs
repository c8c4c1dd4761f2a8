//! Answering, and ending well: what was accepted is stored.

use std::{future::Future, net::SocketAddr, time::Duration};

use anyhow::{Context as _, ensure};
use axum::Router;
use serve::{Limits, Server};
use tokio::time::timeout;

use crate::{
    Collector, Config, edge,
    pages::{self, Kept},
};

/// The addresses.
mod listening;

/// Lines that are said now and then.
mod seldom;

pub use listening::Listening;
use seldom::Seldom;

/// The time for requests under way once the collector is told to stop, and then for storing their spans.
const GRACE: Duration = Duration::from_secs(5);

/// Connections at a time. Half a head in each takes 64 MiB; the rationale has the sum.
const MAX_PLACES: usize = 2048;

/// The least time between two lines about clients that speak gRPC: they try again and again.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Binds, says where in its first line, and serves until `shutdown` is over.
pub async fn run(config: Config, shutdown: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let collector = Collector::open(&config)?;
    let listening = Listening::bind(&config).await?;
    let stdout = output::stdout();
    stdout.say(&format!("collector listening on http://{}", listening.address()?));
    if let Some(otlp) = listening.otlp_address() {
        stdout.say(&format!("OTLP is taken there, and at http://{otlp}"));
    }
    if config.allows_every_site() {
        stdout.say(
            "pages of every web site may read and write here, as in Zipkin; ZIPKIN_QUERY_ALLOWED_ORIGINS lists those that may",
        );
    }
    follow_lines(&collector, listening.address()?)?;
    serve(collector, listening, shutdown).await
}

/// Reads log lines from where the settings say, and says who may see them.
fn follow_lines(collector: &Collector, address: SocketAddr) -> anyhow::Result<()> {
    let config = collector.config();
    if config.logs_max_bytes > 0 && !address.ip().is_loopback() {
        output::stdout().say(
            "log lines that come here are shown to everybody who reaches this address; LOGS_MAX_BYTES=0 keeps none",
        );
    }
    let Some(source) = config.logs.clone() else {
        return Ok(());
    };
    ensure!(
        config.logs_max_bytes > 0,
        "--logs reads lines, and LOGS_MAX_BYTES=0 keeps none"
    );
    let ended = |count| {
        output::stdout().say(&format!("standard input has ended after {count} log lines"));
    };
    source.follow(collector.lines().clone(), ended)?;
    Ok(())
}

/// Serves until `shutdown` is over; then lets requests under way finish, for at most five seconds, and stores what was
/// accepted, for at most as long. Connections on which nothing was asked are closed at once.
pub async fn serve(
    collector: Collector,
    listening: impl Into<Listening>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let listening = listening.into();
    let limits = Limits::new(MAX_PLACES, 1);
    let grpc = Seldom::new(BETWEEN_LINES);
    let kept = Kept::default();
    let router = collector.router_with(kept.clone());
    let mut server = Server::new(router, refusals(), limits).when_http2(move |local| {
        if grpc.is_due() {
            output::stderr().say(&format!(
                "collector: a client speaks gRPC to port {}, which is not read here: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf there",
                local.port()
            ));
        }
    });
    tokio::select! {
        () = server.accept_both(listening.main(), listening.otlp()) => {}
        () = pages::prepare(&collector, &kept) => {}
        () = shutdown => {}
    }
    drop(listening);
    collector.stop();
    if timeout(GRACE, server.finish()).await.is_err() {
        server.cut_off().await;
    }
    let stored = timeout(GRACE, collector.caught_up()).await;
    stored.context("the collector ended before it had stored all that it accepted")
}

/// The answer to requests for which there is no place.
fn refusals() -> Router {
    Router::new().fallback(edge::busy)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request, http::StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_refusal_for_want_of_a_place_is_not_sniffed() {
        let refused = refusals().oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()["x-content-type-options"], "nosniff");
    }
}
