//! The body of a request that is refused.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use tokio::time::timeout;

/// Reads the body of a request that is refused, if it is short and on its way: a client that sends all of it before it
/// reads would not see why it is refused.
pub async fn swallow(body: Body) {
    const SHORT: usize = 64 << 10;
    const SOON: Duration = Duration::from_millis(20);
    // It does not matter how it ends.
    let _ = timeout(SOON, to_bytes(body, SHORT)).await;
}
