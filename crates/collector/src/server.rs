//! Answering, and ending well: what was accepted is stored.

use std::{future::Future, time::Duration};

use anyhow::Context as _;
use axum::{Router, body::Body, response::IntoResponse as _};
use serve::{Limits, Server};
use tokio::{net::TcpListener, time::timeout};

use crate::{Collector, Config, edge, error::Error};

/// How long requests under way may take once the collector is told to stop, and storing what they brought after that.
const GRACE: Duration = Duration::from_secs(5);

/// Connections at a time. Half a head in each takes 64 MiB; the rationale has the sum.
const MAX_PLACES: usize = 2048;

/// Binds, says where in its first line, and serves until `shutdown` is over.
pub async fn run(config: Config, shutdown: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let collector = Collector::open(&config)?;
    let listener = serve::bind(config.address()).await?;
    let address = listener.local_addr().context("the listener has no address")?;
    output::stdout().say(&format!("collector listening on http://{address}"));
    if config.allows_every_site() {
        output::stdout().say(
            "pages of every web site may read and write here, as in Zipkin; ZIPKIN_QUERY_ALLOWED_ORIGINS lists those that may",
        );
    }
    serve(collector, listener, shutdown).await
}

/// Serves until `shutdown` is over; then lets requests under way finish, for at most five seconds, and stores what was
/// accepted, for at most as long. Connections on which nothing was asked are closed at once.
pub async fn serve(
    collector: Collector,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let limits = Limits::new(MAX_PLACES, 1);
    let mut server = Server::new(collector.router(), refusals(), limits);
    tokio::select! {
        () = server.accept_all(&listener) => {}
        () = shutdown => {}
    }
    drop(listener);
    collector.stop();
    if timeout(GRACE, server.finish()).await.is_err() {
        server.cut_off().await;
    }
    let stored = timeout(GRACE, collector.caught_up()).await;
    stored.context("the collector ended before it had stored all that it accepted")
}

/// What is said to requests for which there is no place.
fn refusals() -> Router {
    let refuse = async |body: Body| {
        serve::swallow(body).await;
        edge::not_sniffed(Error::Busy.into_response())
    };
    Router::new().fallback(refuse)
}

#[cfg(test)]
mod tests {
    use axum::{extract::Request, http::StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_refusal_for_want_of_a_place_is_not_sniffed() {
        let refused = refusals().oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()["x-content-type-options"], "nosniff");
    }
}
