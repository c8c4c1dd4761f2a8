//! Lines for Elasticsearch and OpenSearch: Elastic Common Schema, as Elastic's own encoder for logback writes it.
//! <https://www.elastic.co/guide/en/ecs/current/ecs-field-reference.html>

use std::borrow::Cow;

use super::{
    Entry, clock,
    json::{member, own_member, plain_member},
};

/// The version that Elastic's encoders state; nothing that we write has changed since.
const VERSION: &str = "1.2.0";

/// What we write at the top of a line, and what the schema has as objects there: a text in the place of an object would
/// make Elasticsearch refuse the whole line. A value of such a name becomes a label. Sorted.
const TAKEN: [&str; 47] = [
    "@timestamp",
    "agent",
    "as",
    "client",
    "cloud",
    "container",
    "data_stream",
    "destination",
    "device",
    "dll",
    "dns",
    "ecs",
    "ecs.version",
    "email",
    "error",
    "event",
    "event.dataset",
    "faas",
    "file",
    "geo",
    "group",
    "host",
    "http",
    "labels",
    "log",
    "log.level",
    "log.logger",
    "message",
    "network",
    "observer",
    "organization",
    "os",
    "package",
    "process",
    "process.thread.name",
    "registry",
    "server",
    "service",
    "service.name",
    "source",
    "span",
    "span.id",
    "tags",
    "trace",
    "trace.id",
    "url",
    "user",
];

/// `{"@timestamp":…,"log.level":…,"message":…,"trace.id":…,…}`.
pub(super) fn write(out: &mut Vec<u8>, entry: &Entry<'_>) {
    out.extend_from_slice(b"{\"@timestamp\":\"");
    clock::write_millis(out, entry.now, b'T');
    out.extend_from_slice(b"Z\"");
    own_member(out, ",\"log.level\":", entry.metadata.level().as_str());
    own_member(out, ",\"message\":", &entry.line.message);
    own_member(out, ",\"ecs.version\":", VERSION);
    own_member(out, ",\"service.name\":", entry.service);
    own_member(out, ",\"event.dataset\":", entry.service);
    own_member(out, ",\"process.thread.name\":", entry.thread);
    own_member(out, ",\"log.logger\":", entry.metadata.target());
    if let Some((scope, span_id, _)) = entry.ids {
        out.extend_from_slice(b",\"trace.id\":\"");
        // At the length that Zipkin shows, so that its link finds it.
        scope.trace_id.write(out);
        out.push(b'"');
        if let Some(span_id) = span_id {
            plain_member(out, "span.id", &span_id.to_hex());
        }
    }
    values(out, entry);
    out.push(b'}');
}

/// The MDC and the fields, all as text: Elasticsearch gives a name the type of the first value that it sees, and refuses
/// a line with another.
fn values(out: &mut Vec<u8>, entry: &Entry<'_>) {
    let mut names = Names::default();
    for (name, value) in entry.mdc {
        member(out, names.free(name), value);
    }
    for field in &entry.line.fields {
        // What is wrong has a place of its own.
        if field.name == "error" {
            own_member(out, ",\"error.message\":", &field.value);
        } else {
            member(out, names.free(field.name), &field.value);
        }
    }
}

/// The names of a line's values.
#[derive(Default)]
struct Names<'a>(Vec<Cow<'a, str>>);

impl<'a> Names<'a> {
    /// The name, behind `labels.` where it is taken.
    fn free(&mut self, name: &'a str) -> &str {
        let mut free = Cow::Borrowed(name);
        while TAKEN.binary_search(&&*free).is_ok() || self.0.contains(&free) {
            free = Cow::Owned(format!("labels.{free}"));
        }
        self.0.push(free);
        self.0.last().map_or(name, |free| free)
    }
}
