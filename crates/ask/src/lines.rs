//! Log lines as our collector keeps them.

use std::collections::BTreeMap;

use anyhow::Context as _;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::{Deserialize, Serialize};

use crate::{
    request::{self, Place, TRACE},
    stored::Stored,
};

/// A log line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Line {
    /// Its place among all lines.
    pub number: u64,
    /// The time at which it says that it was written, in ISO 8601.
    pub time: String,
    /// Its level, such as `WARN`; none where it names none.
    pub level: Option<String>,
    /// The service that wrote it; empty where it does not say.
    pub service: String,
    /// Its trace.
    pub trace_id: Option<String>,
    /// Its span.
    pub span_id: Option<String>,
    /// Values that the request carries.
    pub values: BTreeMap<String, String>,
    /// The message.
    pub message: String,
}

/// Lines by time, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Lines {
    /// The lines.
    pub lines: Vec<Line>,
    /// The number of the latest line of all.
    #[serde(default)]
    pub latest: Option<u64>,
}

impl Stored {
    /// The lines that these parameters of `/logs.json` ask for; nothing where the server keeps no lines, as no Zipkin does.
    pub async fn lines(&self, params: &[(&str, &str)]) -> anyhow::Result<Option<Lines>> {
        let place = Place::with_query(self.url(), "/logs.json", params)?;
        let answer = request::get(self.client(), &place, HeaderMap::new(), TRACE).await?;
        match answer.status.as_u16() {
            // A page with another server's own words, as a proxy sends it, is no list of lines.
            200 if is_json(&answer.headers) => {}
            200 => return Ok(None),
            404 => return Ok(None),
            _ => anyhow::bail!(answer.refusal(&place)),
        }
        let lines = serde_json::from_slice(&answer.body);
        lines
            .with_context(|| format!("{} answers no lines", place.shown()))
            .map(Some)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}
