//! Traces as the collector, or any Zipkin, has them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use reqwest::header::HeaderMap;
use serde_json::value::RawValue;
use service::BaseUrl;
use zipkin::{TraceId, Waterfall};

use crate::{
    Address,
    request::{self, Place, SHORT, TRACE},
    whole,
};

/// The pause between two looks for a trace that is on its way.
pub const POLL: Duration = Duration::from_millis(50);

/// Spans leave a service within 200 ms. The rest is for a slow disk behind a Zipkin, and for a retry.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// A server that keeps traces.
#[derive(Clone, Debug)]
pub struct Stored {
    url: BaseUrl,
    client: reqwest::Client,
}

/// A trace as far as it has come.
#[derive(Debug)]
pub struct Arrived {
    /// The spans so far; none when no span has come.
    pub trace: Option<Waterfall>,
    /// The missing part, in words.
    pub missing: Option<String>,
}

impl Stored {
    /// Traces where the command line says.
    pub fn of(address: &Address) -> anyhow::Result<Self> {
        Self::at(address.url()?)
    }

    /// Traces at this address.
    pub fn at(url: BaseUrl) -> anyhow::Result<Self> {
        Ok(Self {
            url,
            client: request::client()?,
        })
    }

    /// The server's address.
    pub fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// The client that asks.
    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The address where a browser shows the trace: our collector and a Zipkin have their pages in different places.
    pub async fn page(&self, id: TraceId) -> String {
        let ours = format!("/traces/{id}");
        let is_ours = match Place::on(&self.url, &ours) {
            Ok(place) => request::is_there(&self.client, &place).await,
            Err(_) => false,
        };
        let zipkins = if is_ours { "" } else { "/zipkin" };
        format!("{}{zipkins}{ours}", self.url)
    }

    /// The ids of some of the traces that begin with these digits; nothing where the server has no such look-up, as a Zipkin has none.
    pub async fn ids(&self, digits: &str) -> anyhow::Result<Option<Vec<TraceId>>> {
        let place = Place::on(&self.url, &format!("/api/ids/{digits}"))?;
        let answer = request::get(&self.client, &place, HeaderMap::new(), SHORT).await?;
        match answer.status.as_u16() {
            200 => {}
            404 => return Ok(None),
            _ => bail!(answer.refusal(&place)),
        }
        let ids: Option<Vec<String>> = serde_json::from_slice(&answer.body).ok();
        let ids = ids.and_then(|ids| ids.iter().map(|id| TraceId::parse(id).ok()).collect());
        ids.with_context(|| format!("{} answers no trace ids", place.shown()))
            .map(Some)
    }

    /// The trace as it is; nothing when the server does not know it.
    pub async fn trace(&self, id: TraceId) -> anyhow::Result<Option<Waterfall>> {
        let place = Place::on(&self.url, &format!("/api/v2/trace/{id}"))?;
        let answer = request::get(&self.client, &place, HeaderMap::new(), TRACE).await?;
        match answer.status.as_u16() {
            200 => {}
            404 => return Ok(None),
            _ => bail!(answer.refusal(&place)),
        }
        let spans = zipkin::decode::list(&answer.body);
        let spans = spans.with_context(|| format!("{} answers no spans", place.shown()))?;
        Ok(zipkin::waterfall(&spans))
    }

    /// The services that report.
    pub async fn services(&self) -> anyhow::Result<Vec<String>> {
        let place = Place::on(&self.url, "/api/v2/services")?;
        let answer = request::get(&self.client, &place, HeaderMap::new(), SHORT).await?;
        if !answer.status.is_success() {
            bail!(answer.refusal(&place));
        }
        serde_json::from_slice(&answer.body).with_context(|| format!("{} answers no services", place.shown()))
    }

    /// The latest traces, of one service or of all.
    pub async fn latest(&self, limit: u32, service: Option<&str>) -> anyhow::Result<Vec<Waterfall>> {
        self.found(&[("limit", &limit.to_string())], service).await
    }

    /// The latest traces of a time that ends at `end_ms`, in milliseconds since the epoch.
    pub async fn within(
        &self,
        end_ms: u64,
        length: Duration,
        limit: u32,
        service: Option<&str>,
    ) -> anyhow::Result<Vec<Waterfall>> {
        let [end, lookback, limit] = [
            end_ms.to_string(),
            length.as_millis().to_string(),
            limit.to_string(),
        ];
        let params = [("endTs", &*end), ("lookback", &*lookback), ("limit", &*limit)];
        self.found(&params, service).await
    }

    /// The latest traces of such a time in which this service is called.
    pub async fn calls_of(
        &self,
        end_ms: u64,
        length: Duration,
        limit: u32,
        service: &str,
    ) -> anyhow::Result<Vec<Waterfall>> {
        let [end, lookback, limit] = [
            end_ms.to_string(),
            length.as_millis().to_string(),
            limit.to_string(),
        ];
        let params = [
            ("endTs", &*end),
            ("lookback", &*lookback),
            ("limit", &*limit),
            ("remoteServiceName", service),
        ];
        self.found(&params, None).await
    }

    async fn found(&self, params: &[(&str, &str)], service: Option<&str>) -> anyhow::Result<Vec<Waterfall>> {
        let service = service.map(|service| ("serviceName", service));
        let params: Vec<_> = params.iter().copied().chain(service).collect();
        let place = Place::with_query(&self.url, "/api/v2/traces", &params)?;
        let answer = request::get(&self.client, &place, HeaderMap::new(), TRACE).await?;
        if !answer.status.is_success() {
            bail!(answer.refusal(&place));
        }
        let no_traces = || format!("{} answers no traces", place.shown());
        let traces: Vec<&RawValue> = serde_json::from_slice(&answer.body).with_context(no_traces)?;
        let spans = traces
            .iter()
            .map(|trace| zipkin::decode::list(trace.get().as_bytes()));
        let traces: Result<Vec<Option<Waterfall>>, _> =
            spans.map(|spans| Ok(zipkin::waterfall(&spans?))).collect();
        let traces = traces.map_err(|error: zipkin::DecodeError| error);
        Ok(traces.with_context(no_traces)?.into_iter().flatten().collect())
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
