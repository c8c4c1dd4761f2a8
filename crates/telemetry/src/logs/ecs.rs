//! Lines for Elasticsearch and OpenSearch: Elastic Common Schema, as Elastic's own encoder for logback writes it.
//! <https://www.elastic.co/guide/en/ecs/current/ecs-field-reference.html>

use std::{collections::HashSet, sync::LazyLock};

use super::{
    clock,
    entry::Entry,
    json::{member, own_member, plain_member},
    names::{Names, Rules},
};

/// The version that Elastic's encoders state; nothing that we write has changed since.
const VERSION: &str = "1.2.0";

/// The texts that we write ourselves.
const OWN: [&str; 11] = [
    "@timestamp",
    "ecs.version",
    "error.message",
    "event.dataset",
    "log.level",
    "log.logger",
    "message",
    "process.thread.name",
    "service.name",
    "span.id",
    "trace.id",
];

/// An error has a place of its own, whose name is free until it is used.
const ERROR: &str = "error.message";

/// Names of objects in the schema: a text in the place of one would make Elasticsearch refuse the whole line.
static OBJECTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = include_str!("ecs_objects.txt").lines();
    names.filter(|name| !name.starts_with('#')).collect()
});

/// A value whose name cannot stand becomes a label.
static RULES: Rules = Rules {
    prefix: "labels.",
    is_reserved,
    clash: |one, other| one == other || is_below(one, other) || is_below(other, one),
};

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
    let mut names = Names::new(&RULES);
    for (name, value) in entry.mdc {
        member(out, names.free(name), value);
    }
    for field in &entry.line.fields {
        let name = if field.name == "error" { ERROR } else { field.name };
        member(out, names.free(name), &field.value);
    }
}

fn is_reserved(name: &str) -> bool {
    let is_own = |own: &&str| (*own == name && name != ERROR) || is_below(name, own);
    OWN.iter().any(is_own) || OBJECTS.contains(name)
}

/// Whether the second name would have to be an object that holds the first.
fn is_below(name: &str, above: &str) -> bool {
    name.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}
