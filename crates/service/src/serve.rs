//! Listening, and ending well: what was asked is answered, and the last span is sent.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use telemetry::{Telemetry, peer::Ends};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

/// How long requests under way may take to finish, once we are told to stop.
const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// How long nothing must happen before we believe that nothing is under way: a request may be on the wire.
const QUIET_TIME: Duration = Duration::from_millis(100);

/// Takes the address, or says what to do about it. Port 0 takes any free port.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!(taken(address.port())),
            _ => anyhow!(error).context(format!("cannot listen on {address}")),
        })
}

/// Answers requests until `stop`, then lets those under way finish, then sends the spans that are left.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
    telemetry: Telemetry,
) -> anyhow::Result<()> {
    telemetry.announce_start(listener.local_addr()?);
    let (in_flight, watched) = watch::channel(0);
    let router = router.layer(middleware::from_fn_with_state(in_flight, count));
    let (stopping, stopped) = oneshot::channel();
    // Spans name the addresses of the caller and of ourselves.
    let router = router.into_make_service_with_connect_info::<Ends>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        _ = stopping.send(());
    });
    tokio::select! {
        result = server.into_future() => result.context("cannot serve")?,
        () = drained(stopped, watched) => {}
    }
    telemetry.shutdown().await;
    Ok(())
}

/// Resolves when all requests are answered after the stop, or time is up. Not when all connections are closed:
/// one on which half a request came would hold us up.
async fn drained(stopped: oneshot::Receiver<()>, in_flight: watch::Receiver<usize>) {
    _ = stopped.await;
    if timeout(DRAIN_LIMIT, quiet(in_flight.clone())).await.is_err() {
        tracing::warn!("stopped with {} requests unanswered", *in_flight.borrow());
    }
}

/// Resolves when nothing is in flight, and stays so for a moment.
async fn quiet(mut in_flight: watch::Receiver<usize>) {
    while in_flight.wait_for(|requests| *requests == 0).await.is_ok() {
        // Neither a change in time, nor anybody left who could make one.
        if !matches!(timeout(QUIET_TIME, in_flight.changed()).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Middleware that counts the requests under way, also when a client hangs up and the rest never runs.
async fn count(State(in_flight): State<watch::Sender<usize>>, request: Request, next: Next) -> Response {
    let _one = InFlight::new(in_flight);
    next.run(request).await
}

/// One request under way.
struct InFlight(watch::Sender<usize>);

impl InFlight {
    fn new(requests: watch::Sender<usize>) -> Self {
        requests.send_modify(|requests| *requests += 1);
        Self(requests)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.send_modify(|requests| *requests -= 1);
    }
}

fn taken(port: u16) -> String {
    let who = if cfg!(windows) {
        format!("netstat -ano | findstr :{port}")
    } else {
        format!("lsof -i :{port}")
    };
    format!(
        "{port} is taken; `{who}` says by whom. \
         Stop it, or take other ports: `--port-offset 100` for all, LISTEN_ADDR=127.0.0.1:0 for one"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_says_who_to_ask_and_what_to_do() {
        let text = taken(8081);
        assert!(text.starts_with("8081 is taken; `"), "{text}");
        assert!(
            text.contains(":8081` says by whom") && text.contains("--port-offset"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn it_is_not_quiet_while_a_request_is_under_way() {
        let (in_flight, watched) = watch::channel(0);
        let one = InFlight::new(in_flight);
        let mut quiet = Box::pin(quiet(watched));
        assert!(timeout(Duration::ZERO, &mut quiet).await.is_err());
        drop(one);
        quiet.await;
    }
}
