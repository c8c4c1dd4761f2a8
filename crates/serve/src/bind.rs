//! Taking an address.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
};

use anyhow::anyhow;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that the system may hold until they are taken. A client that finds the queue full tries again after a second.
const QUEUE: u32 = 4096;

/// Takes the address, or says what to do about it. Port 0 takes any free port.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    listen(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(taken(address.port())),
        _ => anyhow!(error).context(format!("cannot listen on {address}")),
    })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // An address that was ours a moment ago. Windows has it so by default, and means more by this.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(QUEUE)
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
