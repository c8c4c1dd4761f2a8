//! Traces as the collector, or any Zipkin, has them.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::header::HeaderMap;
use zipkin::{TraceId, Waterfall};

use crate::{
    ports::Offset,
    request::{self, parse_base_url},
    whole,
};

const POLL: Duration = Duration::from_millis(50);

/// Spans leave a service within 200 ms. The rest is for a slow disk behind a Zipkin, and for a retry.
const DEADLINE: Duration = Duration::from_secs(10);

/// Which server to ask, for the commands that look at traces.
#[derive(Debug, clap::Args)]
pub struct Address {
    /// Who has the traces [default: http://127.0.0.1:9411]
    #[arg(long, value_name = "URL", value_parser = parse_base_url)]
    zipkin_url: Option<String>,

    /// What `hop up` was told
    #[command(flatten)]
    pub offset: Offset,
}

impl Address {
    /// The server's address.
    pub fn url(&self) -> String {
        let own = || format!("http://127.0.0.1:{}", 9411 + self.offset.value);
        self.zipkin_url.clone().unwrap_or_else(own)
    }
}

/// A server that keeps traces.
#[derive(Clone, Debug)]
pub struct Stored {
    url: String,
    client: reqwest::Client,
}

/// A trace as far as it has come.
#[derive(Debug)]
pub struct Arrived {
    /// What is there; nothing when no span has come.
    pub trace: Option<Waterfall>,
    /// What is not, in words.
    pub missing: Option<String>,
}

impl Stored {
    /// Traces where the command line says.
    pub fn of(address: &Address) -> anyhow::Result<Self> {
        Self::at(&address.url())
    }

    /// Traces at this address.
    pub fn at(url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            url: url.to_owned(),
            client: request::client()?,
        })
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address where a browser shows the trace: our collector and a Zipkin have their pages in different places.
    pub async fn page(&self, id: TraceId) -> String {
        let ours = format!("{}/traces/{id}", self.url);
        match request::get(&self.client, &ours, HeaderMap::new()).await {
            Ok(answer) if answer.status.is_success() => ours,
            _ => format!("{}/zipkin/traces/{id}", self.url),
        }
    }

    /// The trace as it is; nothing when the server does not know it.
    pub async fn trace(&self, id: TraceId) -> anyhow::Result<Option<Waterfall>> {
        let url = format!("{}/api/v2/trace/{id}", self.url);
        let answer = request::get(&self.client, &url, HeaderMap::new()).await?;
        match answer.status.as_u16() {
            200 => {}
            404 => return Ok(None),
            status => anyhow::bail!(
                "{url} answers {status}: {}",
                String::from_utf8_lossy(&answer.body)
            ),
        }
        let spans = zipkin::decode::list(&answer.body).with_context(|| format!("{url} answers no spans"))?;
        Ok(zipkin::waterfall(&spans))
    }

    /// Asks until the trace is whole, or gives up and says what is missing.
    pub async fn whole_trace(&self, id: TraceId, expected: &whole::Expected) -> anyhow::Result<Arrived> {
        let start = Instant::now();
        loop {
            let trace = self.trace(id).await?;
            let missing = match &trace {
                Some(trace) => whole::missing(trace, expected),
                None => Some(format!("no span of it has arrived at {}", self.url)),
            };
            if missing.is_none() || start.elapsed() > DEADLINE {
                return Ok(Arrived { trace, missing });
            }
            tokio::time::sleep(POLL).await;
        }
    }
}
