//! When to stop: Ctrl-C, SIGTERM, or the end of standard input.

use std::io;
use std::thread;

use telemetry::stop::{interrupted, terminated};
use tokio::sync::oneshot;

/// Watches for the request to stop, from this call on. With `until_stdin_closes`, the end of standard input
/// takes the place of Ctrl-C, which then does nothing: on a terminal it reaches the parent as well.
pub fn requested(until_stdin_closes: bool) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (interrupted, terminated) = (interrupted()?, terminated()?);
    let stdin_closed = until_stdin_closes.then(stdin_closed).transpose()?;
    Ok(async move {
        let asked = async {
            match stdin_closed {
                Some(closed) => _ = closed.await,
                None => interrupted.await,
            }
        };
        tokio::select! {
            () = asked => {}
            () = terminated => {}
        }
    })
}

/// Resolves at the end of standard input. The RATIONALE says why a thread reads it.
fn stdin_closed() -> io::Result<oneshot::Receiver<()>> {
    let (closed, receiver) = oneshot::channel();
    thread::Builder::new().name("stdin".into()).spawn(move || {
        _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        _ = closed.send(());
    })?;
    Ok(receiver)
}
