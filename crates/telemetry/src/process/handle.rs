//! The handle that services pass around: the middleware, the client, the counts, and the end.

use std::{net::SocketAddr, sync::Arc};

use reqwest::{redirect, retry};

use crate::{
    http::{client::TracedClient, server::ServerLayer, tracer::Tracer},
    logs::enabled::ANNOUNCE,
    sink::Counts,
};

/// The telemetry of one service; cloned freely. Keep one until the process ends: when the last of this, of its middleware and of its clients is
/// dropped, delivery stops, and spans that end later are counted as lost.
#[derive(Clone, Debug)]
#[must_use = "delivery stops when the last handle is dropped"]
pub struct Telemetry {
    pub(crate) tracer: Arc<Tracer>,
    /// The targets that `RUST_LOG` limits lines to.
    pub(super) only: Option<Arc<str>>,
}

impl Telemetry {
    /// Around what has been put together elsewhere.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn of(tracer: Tracer) -> Self {
        Self {
            tracer: Arc::new(tracer),
            only: None,
        }
    }

    /// The middleware that traces the requests of a router: `.layer(telemetry.server())`.
    ///
    /// ```
    /// use axum::{Router, body::Body, http::Request, routing::get};
    /// use tower::ServiceExt as _;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// let routes = Router::new().route("/buy", get(async || "12 €")).layer(telemetry.server());
    /// let request = Request::get("/buy").header("b3", "463ac35c9f6413ad-a2fb4a1d1a96d312-0");
    /// let answer = routes.oneshot(request.body(Body::empty())?).await?;
    /// assert_eq!(answer.headers()["x-trace-id"], "463ac35c9f6413ad");
    /// # Ok(())
    /// # }
    /// ```
    pub fn server(&self) -> ServerLayer {
        ServerLayer(self.tracer.clone())
    }

    /// A client whose calls are traced, with the settings of the builder but for two: redirects and retries of reqwest's own are
    /// off, because they would send the headers of the first call once more, its baggage to another host among them.
    /// [`TracedClient::following`] follows redirects and [`task::retry`](crate::task::retry) tries again, each attempt with a span and
    /// ids of its own.
    ///
    /// # Errors
    /// Those of [`reqwest::ClientBuilder::build`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// # let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// let client = telemetry.client(reqwest::Client::builder().timeout(Duration::from_secs(2)))?;
    /// assert_eq!(client.http().get("http://127.0.0.1:8082/orders/8").build()?.url().port(), Some(8082));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn client(&self, http: reqwest::ClientBuilder) -> reqwest::Result<TracedClient> {
        let http = http
            .redirect(redirect::Policy::none())
            // A request that found its connection closed never left, and is no attempt.
            .retry(retry::never().max_retries_per_request(0));
        Ok(self.client_of(http.build()?))
    }

    /// The same around a client that was built elsewhere. Redirects that it follows itself take baggage along, to whichever host they
    /// name: build it with `redirect::Policy::none()`.
    pub fn client_of(&self, http: reqwest::Client) -> TracedClient {
        TracedClient::new(http, self.tracer.clone())
    }

    /// Spans that ended so far, by fate.
    ///
    /// ```
    /// use telemetry::{Config, Telemetry, config::ExporterKind};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), telemetry::StartError> {
    /// let mut config = Config::default();
    /// config.delivery.exporter = ExporterKind::Console;
    /// let telemetry = Telemetry::start("shop", &config)?;
    /// tracing::info_span!("nightly").in_scope(|| ());
    /// tracing::debug_span!("detail").in_scope(|| ()); // below INFO: no span of the trace
    /// telemetry.shutdown().await;
    /// let counts = telemetry.counts();
    /// assert_eq!((counts.ended, counts.sent, counts.dropped.total()), (1, 1, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn counts(&self) -> Counts {
        self.tracer.delivery.outlet.counts()
    }

    /// Log lines that nobody read and for which there was no room.
    pub fn lines_dropped(&self) -> u64 {
        output::stdout().dropped()
    }

    /// Writes a line that `RUST_LOG` does not silence: where the service listens, what became of its spans.
    ///
    /// ```
    /// # let mut config = telemetry::Config::default();
    /// # config.delivery.exporter = telemetry::config::ExporterKind::None;
    /// let telemetry = telemetry::Telemetry::start("shop", &config)?;
    /// telemetry.announce("no database is set: items are kept in memory");
    /// telemetry.announce_start("127.0.0.1:8081".parse()?); // listening on http://127.0.0.1:8081
    /// assert_eq!(telemetry.lines_dropped(), 0); // somebody reads them
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn announce(&self, message: &str) {
        tracing::info!(target: ANNOUNCE, "{message}");
    }

    /// Writes the start-up line: where the service listens, and what its lines are limited to, should that be a surprise.
    pub fn announce_start(&self, address: SocketAddr) {
        let only = self.only.as_deref().unwrap_or_default();
        self.announce(&format!("listening on http://{address}{only}"));
    }

    /// Delivers the spans that wait, for five seconds at most; spans that are left then are counted as dropped. Then a line counts all
    /// spans, and a reader of log lines that has fallen behind has one second more, in which this blocks. A [`Sink`](crate::sink::Sink) that does not keep
    /// to its limit is waited for two seconds longer: eight seconds in all, which belong into the grace period of whatever stops the
    /// process.
    pub async fn shutdown(&self) {
        self.tracer.delivery.finish().await;
        let Counts {
            ended, sent, dropped, ..
        } = self.counts();
        let causes = if dropped.total() > 0 {
            format!(": {dropped}")
        } else {
            String::new()
        };
        self.announce(&format!(
            "spans: {ended} ended, {sent} sent, {} dropped{causes}",
            dropped.total()
        ));
        output::finish();
    }
}
