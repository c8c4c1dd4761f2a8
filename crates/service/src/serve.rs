//! Answering, and ending well: what was asked is answered, and the last span is sent.

use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::http::{Extensions, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use serve::{Limits, Server};
use telemetry::{Ends, Telemetry};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::{Error, attach, error};

/// The time for requests under way at the stop.
const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// Connections at a time; `mem_limit` in docker-compose.yml holds as many heads.
const MAX_PLACES: usize = 512;

/// A request that came, and the call that it makes.
const FILES_EACH: usize = 2;

/// Answers requests until `stop`, then lets those under way finish, then sends the spans that are left.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    telemetry: Telemetry,
) -> anyhow::Result<()> {
    telemetry.announce_start(listener.local_addr()?);
    let limits = Limits::new(MAX_PLACES, FILES_EACH);
    let mut server = Server::new(router, refusals(), limits).introducing(name_ends);
    tokio::select! {
        () = attach::accept_all(&mut server, listener) => {}
        () = stop => {}
    }
    if timeout(DRAIN_LIMIT, server.finish()).await.is_err() {
        let unanswered = server.cut_off().await;
        tracing::warn!("stopped with {unanswered} requests unanswered");
    }
    telemetry.shutdown().await;
    Ok(())
}

/// Spans name the addresses of the caller and of ourselves.
fn name_ends(serve::Ends { peer, local }: serve::Ends, extensions: &mut Extensions) {
    extensions.insert(ConnectInfo(Ends { peer, local }));
}

/// The answer to requests for which there is no place. They are not traced, because there may be many in little time.
fn refusals() -> Router {
    Router::new()
        .fallback(refuse)
        .layer(middleware::from_fn(error::write_body))
}

async fn refuse(request: Request) -> Response {
    serve::swallow(request.into_body()).await;
    let mut response = Error::Busy.into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
