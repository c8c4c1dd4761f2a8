//! The exporter that OpenTelemetry's SDKs are left with: OTLP, as JSON over HTTP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::{
    KeyValue,
    trace::{SpanId, SpanKind, Status},
};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use serde_json::{Value, json};

/// The specification's.
const DEADLINE: Duration = Duration::from_secs(10);

/// Posts spans by OpenTelemetry's protocol.
#[derive(Clone, Debug)]
pub struct OtlpExporter {
    client: reqwest::Client,
    endpoint: String,
    resource: Vec<Value>,
}

impl OtlpExporter {
    /// To this URL, to which nothing is added.
    ///
    /// # Errors
    /// No client.
    pub fn new(endpoint: impl Into<String>) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().timeout(DEADLINE);
        Ok(Self {
            client: client.build()?,
            endpoint: endpoint.into(),
            resource: Vec::new(),
        })
    }

    /// With the name of the service among the attributes of the resource: no span carries it.
    pub fn with_service_name(mut self, name: &str) -> Self {
        self.resource.push(attribute("service.name", name));
        self
    }

    /// The body of a request: an `ExportTraceServiceRequest` with these spans.
    pub fn body(&self, batch: &[SpanData]) -> String {
        let spans: Vec<Value> = batch.iter().map(span).collect();
        let scope = json!({ "scope": { "name": "orders" }, "spans": spans });
        let resource = json!({ "attributes": self.resource });
        json!({ "resourceSpans": [{ "resource": resource, "scopeSpans": [scope] }] }).to_string()
    }
}

impl SpanExporter for OtlpExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let post = self
            .client
            .post(&self.endpoint)
            .header("content-type", "application/json");
        let answer = post.body(self.body(&batch)).send().await;
        let failed = |error: reqwest::Error| OTelSdkError::InternalFailure(error.to_string());
        answer
            .and_then(reqwest::Response::error_for_status)
            .map_err(failed)?;
        Ok(())
    }
}

/// A span as OTLP's JSON has it: ids in hex, times in nanoseconds as text, kinds and codes as numbers.
fn span(span: &SpanData) -> Value {
    let kind = match span.span_kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    };
    let status = match &span.status {
        Status::Unset => json!({}),
        Status::Ok => json!({ "code": 1 }),
        Status::Error { description } => json!({ "code": 2, "message": description }),
    };
    let parent = Some(span.parent_span_id).filter(|parent| *parent != SpanId::INVALID);
    json!({
        "traceId": span.span_context.trace_id().to_string(),
        "spanId": span.span_context.span_id().to_string(),
        "parentSpanId": parent.map(|parent| parent.to_string()).unwrap_or_default(),
        "name": span.name,
        "kind": kind,
        "startTimeUnixNano": nanoseconds(span.start_time),
        "endTimeUnixNano": nanoseconds(span.end_time),
        "attributes": span.attributes.iter().map(of).collect::<Vec<Value>>(),
        "status": status,
    })
}

fn nanoseconds(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().to_string()
}

fn of(attribute_of_span: &KeyValue) -> Value {
    let value = attribute_of_span.value.to_string();
    attribute(attribute_of_span.key.as_str(), &value)
}

fn attribute(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}
