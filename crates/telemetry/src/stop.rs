//! The signals that ask a process to stop.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

/// Resolves when the process is asked to stop: by Ctrl-C, or by SIGTERM, as Docker, Kubernetes and systemd ask. From this call on,
/// neither signal ends the process by itself.
///
/// # Errors
/// No handler can be had from the system.
///
/// ```
/// use axum::Router;
/// use telemetry::{Telemetry, stop};
/// use tokio::net::TcpListener;
///
/// async fn serve(listener: TcpListener, routes: Router, telemetry: Telemetry) -> std::io::Result<()> {
///     let stop = stop::requested()?;
///     axum::serve(listener, routes).with_graceful_shutdown(stop).await?;
///     telemetry.shutdown().await; // the spans that wait are delivered
///     Ok(())
/// }
/// ```
pub fn requested() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (interrupted, terminated) = (interrupted()?, terminated()?);
    Ok(async {
        tokio::select! {
            () = interrupted => {}
            () = terminated => {}
        }
    })
}

/// Resolves at Ctrl-C.
///
/// # Errors
/// No handler can be had from the system.
pub fn interrupted() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut signal = signal(SignalKind::interrupt())?;
    #[cfg(windows)]
    let mut signal = tokio::signal::windows::ctrl_c()?;
    Ok(async move { _ = signal.recv().await })
}

/// Resolves at SIGTERM, which Windows does not have.
///
/// # Errors
/// No handler can be had from the system.
pub fn terminated() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut signal = signal(SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        signal.recv().await;
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    })
}
