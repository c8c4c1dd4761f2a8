//! The service's port: shut by a fault, and opened again.

use std::{net::SocketAddr, time::Duration};

use serve::Server;
use tokio::{net::TcpListener, time::sleep};

use super::attached::{attached, is_refusing};

/// The pause before a port is tried again that somebody else has meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes connections, for ever. While the fault `refuse` is on there is no listener, and no connection.
pub async fn accept_all(server: &mut Server, mut listener: TcpListener) {
    let (Some(attached), Ok(address)) = (attached(), listener.local_addr()) else {
        return server.accept_all(&listener).await;
    };
    loop {
        tokio::select! {
            () = server.accept_all(&listener) => {}
            () = attached.faults.until(is_refusing) => {}
        }
        drop(listener);
        server.cut_off().await;
        attached.is_shut.send_replace(true);
        attached.faults.until(|kinds| !is_refusing(kinds)).await;
        listener = listen_again(address).await;
        attached.is_shut.send_replace(false);
    }
}

async fn listen_again(address: SocketAddr) -> TcpListener {
    loop {
        match serve::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => sleep(PAUSE).await,
        }
    }
}
