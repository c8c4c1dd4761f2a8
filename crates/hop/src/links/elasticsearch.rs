//! Where the links go: the day's index in Elasticsearch or OpenSearch, as Zipkin's server reads it.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use zipkin::DependencyLink;

use super::day::Day;
use crate::request;

/// What is said when it refuses.
mod refusal;

/// How many documents a search answers, and so Zipkin reads, at most.
const DOCUMENTS: usize = 10_000;

/// The settings by the names that Zipkin's server has for them.
#[derive(Debug, clap::Args)]
pub struct Target {
    /// Elasticsearch (7 or later) or OpenSearch; of several, the first that answers is taken
    #[arg(long, env = "ES_HOSTS", value_name = "URL", value_delimiter = ',', value_parser = parse_host,
        default_value = "http://127.0.0.1:9200")]
    es_hosts: Vec<String>,

    /// What the names of Zipkin's indices begin with
    #[arg(long = "index", env = "ES_INDEX", value_name = "NAME", value_parser = parse_index, default_value = "zipkin")]
    es_index: String,

    /// What stands between year, month and day in the names of its indices
    #[arg(
        long,
        env = "ES_DATE_SEPARATOR",
        value_name = "CHARACTER",
        default_value = "-"
    )]
    es_date_separator: char,

    /// User for basic authentication
    #[arg(long, env = "ES_USERNAME", value_name = "NAME", requires = "es_password")]
    es_username: Option<String>,

    /// Its password; as an argument, others on the machine can see it
    #[arg(
        long,
        env = "ES_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        requires = "es_username"
    )]
    es_password: Option<String>,
}

/// A cluster to write to.
#[derive(Debug)]
pub struct Elasticsearch {
    hosts: Vec<String>,
    index: String,
    date_separator: char,
    user: Option<(String, String)>,
    client: reqwest::Client,
}

/// What was written.
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
                request = request.basic_auth(name, Some(password));
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

/// As Zipkin reads it: a name alone is a host that listens on port 9200.
fn parse_host(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.starts_with("https://") {
        return Err("https:// is not spoken here: name a proxy that speaks it, over http://".to_owned());
    }
    let url = match text.strip_prefix("http://") {
        Some(_) => text.to_owned(),
        None if text.contains(':') => format!("http://{text}"),
        None => format!("http://{text}:9200"),
    };
    let parsed = reqwest::Url::parse(&url);
    match parsed {
        Ok(parsed) if parsed.has_host() && parsed.username().is_empty() => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err("an address such as http://127.0.0.1:9200 is needed, without a user".to_owned()),
    }
}

/// What Elasticsearch lets the name of an index have.
fn parse_index(text: &str) -> Result<String, String> {
    let plain = |each: char| !each.is_uppercase() && !" \"*\\<|,>/?:#%".contains(each) && !each.is_control();
    if text.is_empty() || text.starts_with(['-', '_', '+', '.']) || !text.chars().all(plain) {
        return Err("a name in lower case is needed, without / \\ * ? \" < > | , : # and blanks".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_zipkin_reads_them() {
        for (text, host) in [
            ("http://127.0.0.1:9200", Some("http://127.0.0.1:9200")),
            ("http://es:9200/", Some("http://es:9200")),
            ("http://es", Some("http://es")),
            ("es", Some("http://es:9200")),
            ("es:9201", Some("http://es:9201")),
            (" es:9201", Some("http://es:9201")), // after a comma
            ("http://es/prefix", Some("http://es/prefix")),
            ("https://es:9200", None),
            ("http://user:secret@es:9200", None),
            ("http://", None),
            ("", None),
        ] {
            assert_eq!(parse_host(text).ok().as_deref(), host, "{text}");
        }
    }

    #[test]
    fn an_index_has_a_name_that_fits_into_an_address() {
        for (text, fits) in [
            ("zipkin", true),
            ("zipkin-2", true),
            ("추적", true),
            ("Zipkin", false),
            ("a/b", false),
            ("a?b", false),
            ("_all", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(parse_index(text).is_ok(), fits, "{text}");
        }
    }
}
