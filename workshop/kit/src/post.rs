//! Spans on their way to Zipkin.

use tokio::sync::mpsc;
use zipkin::{Span, encode};

/// Posts spans as they end, until there are no more.
///
/// # Errors
/// A Zipkin that is away or refuses.
pub(crate) async fn post_all(
    mut spans: mpsc::UnboundedReceiver<Span>,
    endpoint: String,
) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut batch = Vec::new();
    while spans.recv_many(&mut batch, 100).await > 0 {
        let mut body = Vec::new();
        encode::list(&mut body, &batch);
        batch.clear();
        let post = client.post(&endpoint).header("content-type", "application/json");
        post.body(body).send().await?.error_for_status()?;
    }
    Ok(())
}
