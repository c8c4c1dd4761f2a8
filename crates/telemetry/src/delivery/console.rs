//! Spans on standard error, for who has no collector.

use std::time::Duration;

use super::attempt::Attempt;

/// Time until it is noticed that the reader has gone on.
const LOOK: Duration = Duration::from_millis(5);

/// Writes a JSON list of spans as one line, and waits for its reader as the other exporters wait for theirs: spans that end
/// meanwhile find room in the queue, or are counted.
pub(super) async fn print(spans: &[u8]) -> Attempt {
    let stderr = output::stderr();
    let is_taken = stderr.write(&[spans, b"\n"].concat());
    while !stderr.is_idle() {
        tokio::time::sleep(LOOK).await;
    }
    match stderr.failure() {
        Some(failure) => Attempt::Rejected(failure.to_string()),
        None if is_taken => Attempt::Acknowledged,
        None => Attempt::Unreachable("nobody reads it".to_owned()),
    }
}
