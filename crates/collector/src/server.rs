//! Binding, answering, stopping.

use std::{future::Future, io::ErrorKind, net::SocketAddr, time::Duration};

use anyhow::{Context as _, anyhow};
use tokio::{net::TcpListener, time};

use crate::{Collector, Config};

/// One task a connection.
mod connections;

use connections::Connections;

/// How long requests under way may take once the collector is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Binds, says where in its first line, and serves until `shutdown` is over.
pub async fn run(config: Config, shutdown: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let collector = Collector::open(&config)?;
    let listener = bind(config.address()).await?;
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
/// accepted. Connections on which nothing was asked are closed at once.
pub async fn serve(
    collector: Collector,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let mut connections = Connections::new(collector.router());
    tokio::select! {
        () = connections.accept_all(&listener) => {}
        () = shutdown => {}
    }
    drop(listener);
    collector.stop();
    let _ = time::timeout(GRACE, connections.finish()).await;
    // Bounded, and in memory: no more than a second or two.
    collector.caught_up().await;
    Ok(())
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!(taken(address.port())),
            _ => anyhow!(error).context(format!("cannot listen on {address}")),
        })
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
        assert_eq!(taken(9411).split("; ").next(), Some("9411 is taken"),);
        assert!(taken(9411).contains("--port-offset"));
    }
}
