//! A server in this process, which ends when it is dropped: a learner who watches is checked a thousand times.

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};

/// A server in this process.
pub struct Served {
    url: String,
    task: JoinHandle<()>,
}

impl Served {
    /// Listens on a free port.
    ///
    /// # Errors
    /// No free port.
    pub async fn start(router: Router) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = tokio::spawn(async move {
            // It has no end of its own.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, task })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_dropped_server_gives_its_port_back() {
        let served = Served::start(Router::new()).await.unwrap();
        let address = served.url().trim_start_matches("http://").to_owned();
        assert!(TcpListener::bind(&address).await.is_err());
        drop(served);
        // The task ends at its next turn.
        while TcpListener::bind(&address).await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
