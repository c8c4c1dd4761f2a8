//! Spans on their way to Zipkin.

use std::time::Duration;

use tokio::sync::mpsc;
use zipkin::{Span, encode};

/// The time that Zipkin may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// Zipkin, where spans are posted.
#[derive(Clone, Debug)]
pub struct Zipkin {
    client: reqwest::Client,
    endpoint: String,
}

impl Zipkin {
    pub(crate) fn new(endpoint: String) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().timeout(DEADLINE).build()?;
        Ok(Self { client, endpoint })
    }

    /// Posts a batch.
    ///
    /// # Errors
    /// A Zipkin that is away, refuses, or is too slow.
    pub async fn post(&self, spans: &[Span]) -> anyhow::Result<()> {
        let mut body = Vec::new();
        encode::list(&mut body, spans);
        let post = self
            .client
            .post(&self.endpoint)
            .header("content-type", "application/json");
        post.body(body).send().await?.error_for_status()?;
        Ok(())
    }
}

/// Posts spans as they end, until there are no more.
///
/// # Errors
/// A Zipkin that is away or refuses.
pub(crate) async fn post_all(mut spans: mpsc::UnboundedReceiver<Span>, zipkin: Zipkin) -> anyhow::Result<()> {
    let mut batch = Vec::new();
    while spans.recv_many(&mut batch, 100).await > 0 {
        zipkin.post(&batch).await?;
        batch.clear();
    }
    Ok(())
}
