//! Work that keeps its context: spawned, blocking, on a thread, or tried again. The span carries it, so plain
//! `.instrument(span)` or `.in_current_span()` does the same; `tokio::spawn` alone leaves it behind.

use std::{io, thread, time::Duration};

use tokio::task::JoinHandle;
use tracing::{Instrument as _, Span};

/// Spawns a future within a span: `spawn(info_span!("send receipt"), async { … })`.
///
/// ```
/// use telemetry::{task, trace_id};
/// use tracing::info_span;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut config = telemetry::Config::default();
/// # config.delivery.exporter = telemetry::config::ExporterKind::None;
/// # let _telemetry = telemetry::Telemetry::start("shop", &config)?;
/// let request = info_span!("request").entered();
/// let here = trace_id();
/// let receipt = task::spawn(info_span!("send receipt"), async { trace_id() });
/// let bare = tokio::spawn(async { trace_id() });
/// drop(request);
/// assert_eq!((receipt.await?, bare.await?), (here, None));
/// # Ok(())
/// # }
/// ```
pub fn spawn<F>(span: Span, future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    tokio::spawn(future.instrument(span))
}

/// Runs a closure within a span on a thread where it may block.
///
/// ```
/// use telemetry::{mdc, task};
/// use tracing::info_span;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut config = telemetry::Config::default();
/// # config.delivery.exporter = telemetry::config::ExporterKind::None;
/// # let _telemetry = telemetry::Telemetry::start("shop", &config)?;
/// let request = info_span!("request").entered();
/// mdc::put("orderId", "7")?;
/// let invoice = task::spawn_blocking(info_span!("print invoice"), || mdc::get("orderId"));
/// drop(request);
/// assert_eq!(invoice.await?.as_deref(), Some("7"));
/// # Ok(())
/// # }
/// ```
pub fn spawn_blocking<T: Send + 'static>(
    span: Span,
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    tokio::task::spawn_blocking(move || span.in_scope(work))
}

/// Runs a closure within a span on a thread of its own.
///
/// # Errors
/// Those of the operating system, which may have no thread to give.
///
/// ```
/// # let mut config = telemetry::Config::default();
/// # config.delivery.exporter = telemetry::config::ExporterKind::None;
/// # let _telemetry = telemetry::Telemetry::start("shop", &config).unwrap();
/// let span = tracing::info_span!("sweep");
/// let trace_id = span.in_scope(telemetry::trace_id);
/// let thread = telemetry::task::spawn_thread(span, telemetry::trace_id)?;
/// assert_eq!(thread.join().unwrap(), trace_id);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn spawn_thread<T: Send + 'static>(
    span: Span,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<thread::JoinHandle<T>> {
    thread::Builder::new().spawn(move || span.in_scope(work))
}

/// Tries up to `attempts` times, with a pause that doubles and a jitter, while `attempt` fails in a way that `may_pass`
/// accepts. Each attempt that calls [`TracedClient::send`](crate::TracedClient::send) is a CLIENT span of its own, all
/// of them siblings.
///
/// # Errors
/// The last attempt's.
///
/// ```
/// use std::time::Duration;
/// use telemetry::task::retry;
///
/// # #[tokio::main]
/// # async fn main() {
/// let mut attempts = 0;
/// let may_pass = |error: &&str| *error == "busy";
/// let answer = retry(3, Duration::from_millis(1), may_pass, || {
///     attempts += 1;
///     std::future::ready(if attempts == 1 { Err("busy") } else { Err("gone") })
/// });
/// assert_eq!(answer.await, Err::<(), _>("gone"));
/// assert_eq!(attempts, 2);
/// # }
/// ```
pub async fn retry<T, E, F: Future<Output = Result<T, E>>>(
    attempts: usize,
    pause: Duration,
    may_pass: impl Fn(&E) -> bool,
    // Not `AsyncFnMut`: what a handler awaits must be `Send`, and the compiler cannot see that of one yet.
    mut attempt: impl FnMut() -> F,
) -> Result<T, E> {
    let mut pause = pause;
    for _ in 1..attempts {
        match attempt().await {
            Err(error) if may_pass(&error) => {}
            done => return done,
        }
        tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
        pause *= 2;
    }
    attempt().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_failures_that_may_pass_are_tried_again() {
        for (failures, attempts, tried) in [(0, 3, 1), (2, 3, 3), (9, 3, 3), (9, 1, 1), (9, 0, 1)] {
            let mut count = 0;
            let result = retry(
                attempts,
                Duration::ZERO,
                |_| true,
                || {
                    count += 1;
                    std::future::ready(if count > failures { Ok(count) } else { Err(count) })
                },
            );
            assert_eq!(result.await.is_ok(), failures < tried);
            assert_eq!(count, tried, "{failures} failures, {attempts} attempts");
        }
        assert_eq!(
            retry(3, Duration::ZERO, |_| false, async || Err::<(), _>("final")).await,
            Err("final")
        );
    }
}
