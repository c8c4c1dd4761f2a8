//! Taking an address.

use std::{io::ErrorKind, net::SocketAddr};

use anyhow::anyhow;
use tokio::net::TcpListener;

/// Takes the address, or says what to do about it. Port 0 takes any free port.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
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
        let text = taken(8081);
        assert!(text.starts_with("8081 is taken; `"), "{text}");
        assert!(
            text.contains(":8081` says by whom") && text.contains("--port-offset"),
            "{text}"
        );
    }
}
