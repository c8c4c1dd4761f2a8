//! Where the links go: the day's index in Elasticsearch or OpenSearch, as Zipkin's server reads it.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use ask::request;
use serde_json::{Value, json};
use zipkin::DependencyLink;

use crate::day::Day;

/// Where it is, and who asks.
mod target;

/// Refusals in words.
mod refusal;

pub use target::{Password, Target};

/// The most documents that a search answers, and so Zipkin reads.
const DOCUMENTS: usize = 10_000;

/// A cluster to write to.
#[derive(Debug)]
pub struct Elasticsearch {
    hosts: Vec<String>,
    index: String,
    date_separator: char,
    user: Option<(String, Password)>,
    client: reqwest::Client,
}

/// The document that was written.
#[derive(Debug)]
pub struct Written {
    /// The address of the index.
    pub to: String,
    /// Links of an earlier run that the traces no longer have.
    pub removed: u64,
}

impl Elasticsearch {
    /// The cluster of the command line.
    pub fn of(target: &Target) -> anyhow::Result<Self> {
        Ok(Self {
            hosts: target.es_hosts.clone(),
            index: target.es_index.clone(),
            date_separator: target.es_date_separator,
            user: target.es_username.clone().zip(target.es_password.clone()),
            client: request::client()?,
        })
    }

    /// The ids of the links that are there for the day.
    pub async fn written(&self, day: Day) -> anyhow::Result<BTreeSet<String>> {
        let index = self.index_of(day);
        let query = format!("size={DOCUMENTS}&_source=false&ignore_unavailable=true");
        let (_, found) = self
            .ask(&format!("{index}/_search?{query}"), |url| self.client.get(url))
            .await?;
        let hits = found.pointer("/hits/hits").and_then(Value::as_array);
        let hits = hits.with_context(|| format!("the search in {index} has no hits"))?;
        let ids = hits.iter().filter_map(|hit| hit["_id"].as_str());
        Ok(ids.map(str::to_owned).collect())
    }

    /// Writes the day's links over those that are there, and removes the others, in one request.
    pub async fn replace(&self, day: Day, links: &[DependencyLink]) -> anyhow::Result<Written> {
        let index = self.index_of(day);
        let mut old = self.written(day).await?;
        let mut lines = Vec::new();
        for link in links {
            let id = id(link);
            old.remove(&id);
            lines.push(json!({"index": {"_index": index, "_id": id}}).to_string());
            lines.push(serde_json::to_string(link)?);
        }
        let removed = old.len() as u64;
        lines.extend(
            old.iter()
                .map(|id| json!({"delete": {"_index": index, "_id": id}}).to_string()),
        );
        let mut to = format!("{}/{index}", self.hosts.first().map_or("", String::as_str));
        if !lines.is_empty() {
            let body = lines.join("\n") + "\n";
            // Without the refresh, Zipkin would show them a moment later.
            let bulk = |url: &str| {
                let request = self.client.post(url).body(body.clone());
                request.header("content-type", "application/x-ndjson")
            };
            let (host, done) = self.ask("_bulk?refresh=true", bulk).await?;
            to = format!("{host}/{index}");
            refusal::check(&to, &done)?;
        }
        Ok(Written { to, removed })
    }

    fn index_of(&self, day: Day) -> String {
        let date = day.to_string().replace('-', &self.date_separator.to_string());
        format!("{}-dependency-{date}", self.index)
    }

    /// Asks one host after the other until one answers; gives that one, and what it said.
    async fn ask(
        &self,
        path: &str,
        request: impl Fn(&str) -> reqwest::RequestBuilder,
    ) -> anyhow::Result<(&str, Value)> {
        let mut unanswered = Vec::new();
        for host in &self.hosts {
            let mut request = request(&format!("{host}/{path}"));
            if let Some((name, password)) = &self.user {
                request = request.basic_auth(name, Some(password.text()));
            }
            match request.send().await {
                Ok(answer) => return Ok((host, refusal::body(host, answer).await?)),
                Err(error) => unanswered.push(format!("{host} does not answer: {}", request::reason(&error))),
            }
        }
        bail!(
            "{}; is Elasticsearch there? --es-hosts (ES_HOSTS) says where",
            unanswered.join("; ")
        )
    }
}

/// The id that Zipkin's own job gives a link, so that either replaces what the other wrote.
fn id(link: &DependencyLink) -> String {
    format!("{}|{}", link.parent, link.child)
}
