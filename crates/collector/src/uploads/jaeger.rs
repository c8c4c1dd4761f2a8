//! The JSON that Jaeger's page downloads: spans that name their process, and processes that name their service.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use zipkin::{Annotation, Endpoint, Kind, Span, SpanId, TraceId};

#[derive(Deserialize)]
struct File {
    data: Vec<Trace>,
}

#[derive(Deserialize)]
struct Trace {
    spans: Vec<Jaeger>,
    #[serde(default)]
    processes: HashMap<String, Process>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Process {
    service_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Jaeger {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    #[serde(rename = "parentSpanID", default)]
    parent_id: Option<String>,
    #[serde(default)]
    operation_name: String,
    #[serde(default)]
    references: Vec<Reference>,
    start_time: u64,
    duration: u64,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    logs: Option<Vec<Log>>,
    #[serde(rename = "processID", default)]
    process_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    ref_type: String,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Deserialize)]
struct Tag {
    key: String,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
struct Log {
    timestamp: u64,
    fields: Vec<Tag>,
}

/// Why a file is not Jaeger's.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not the JSON of one.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// An id that is none.
    #[error(transparent)]
    Id(#[from] zipkin::IdError),
}

/// The spans of a file.
pub fn spans(file: &[u8]) -> Result<Vec<Span>, Fault> {
    let file: File = serde_json::from_slice(file)?;
    let mut spans = Vec::new();
    for trace in file.data {
        for span in trace.spans {
            spans.push(span.into_zipkin(&trace.processes)?);
        }
    }
    Ok(spans)
}

impl Jaeger {
    fn into_zipkin(self, processes: &HashMap<String, Process>) -> Result<Span, Fault> {
        let trace_id = TraceId::parse(&self.trace_id.to_lowercase())?;
        // A span may follow one of another trace, which is no parent here.
        let mut parents = self
            .references
            .iter()
            .filter(|other| other.trace_id == self.trace_id);
        let child_of = parents.clone().find(|other| other.ref_type == "CHILD_OF");
        let parent = child_of
            .or_else(|| parents.next())
            .map(|other| other.span_id.as_str());
        let parent = parent
            .or(self.parent_id.as_deref())
            .filter(|id| id.bytes().any(|byte| byte != b'0'));
        let mut tags: std::collections::BTreeMap<String, String> =
            self.tags.into_iter().map(Tag::text).collect();
        // In Zipkin the tag is there for errors alone.
        if tags.get("error").is_some_and(|error| error == "false") {
            tags.remove("error");
        }
        let remote = tags.get("peer.service").cloned();
        let named = |name: String| Endpoint {
            service_name: Some(name.to_lowercase()),
            ..Endpoint::default()
        };
        let service = processes
            .get(&self.process_id)
            .map(|process| process.service_name.clone());
        Ok(Span {
            trace_id,
            id: SpanId::parse(&self.span_id.to_lowercase())?,
            parent_id: parent.map(|id| SpanId::parse(&id.to_lowercase())).transpose()?,
            kind: tags.remove("span.kind").and_then(|kind| kind_of(&kind)),
            name: Some(self.operation_name).filter(|name| !name.is_empty()),
            timestamp: Some(self.start_time).filter(|&start| start > 0),
            duration: Some(self.duration.max(1)),
            local_endpoint: service.map(named),
            remote_endpoint: remote.map(named),
            annotations: self
                .logs
                .unwrap_or_default()
                .into_iter()
                .map(Log::annotation)
                .collect(),
            tags,
            ..Span::new(trace_id, SpanId::parse(&self.span_id.to_lowercase())?)
        })
    }
}

impl Tag {
    fn text(self) -> (String, String) {
        let value = match self.value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        (self.key, value)
    }
}

impl Log {
    fn annotation(self) -> Annotation {
        let fields: Vec<(String, String)> = self.fields.into_iter().map(Tag::text).collect();
        let value = match &fields[..] {
            [(name, value)] if name == "event" || name == "message" => value.clone(),
            fields => fields
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" "),
        };
        Annotation {
            timestamp: self.timestamp,
            value,
        }
    }
}

fn kind_of(text: &str) -> Option<Kind> {
    match text {
        "client" => Some(Kind::Client),
        "server" => Some(Kind::Server),
        "producer" => Some(Kind::Producer),
        "consumer" => Some(Kind::Consumer),
        _ => None,
    }
}
