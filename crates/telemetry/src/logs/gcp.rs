//! Lines for Google Cloud Logging: structured JSON, as Cloud Run, GKE and the Ops Agent read it.
//! <https://cloud.google.com/logging/docs/structured-logging>

use smol_str::SmolStr;
use tracing::Level;

use super::{
    clock,
    entry::Entry,
    json::{field_member, member, own_member, plain_member},
    names::{Names, Rules},
};
use crate::texts::escape::{escape, string};

/// Names at the top of a line, some of which Google moves. A field of such a name gets another.
const TAKEN: [&str; 9] = [
    "httpRequest",
    "logger",
    "message",
    "serviceContext",
    "severity",
    "time",
    "timestamp",
    "timestampNanos",
    "timestampSeconds",
];

/// Names that Google moves out of the line, and into the entry that it keeps.
const SPECIAL: &str = "logging.googleapis.com/";

/// Fields, moved out of the way of Google's names, of ours, and of each other.
static RULES: Rules = Rules {
    prefix: "fields.",
    is_reserved: |name| TAKEN.contains(&name) || name.starts_with(SPECIAL),
    clash: |one, other| one == other,
};

/// `{"severity":…,"time":…,"message":…,"logging.googleapis.com/trace":…,…}`.
pub(super) fn write(out: &mut Vec<u8>, entry: &Entry<'_>) {
    out.extend_from_slice(b"{\"severity\":\"");
    out.extend_from_slice(severity(*entry.metadata.level()));
    // Microseconds, because Google sorts by this time.
    out.extend_from_slice(b"\",\"time\":\"");
    clock::write_micros(out, entry.now, b'T');
    out.extend_from_slice(b"Z\"");
    own_member(out, ",\"message\":", &entry.line.message);
    own_member(out, ",\"logger\":", entry.metadata.target());
    // Error Reporting groups by it.
    out.extend_from_slice(b",\"serviceContext\":{\"service\":");
    string(out, entry.service);
    out.push(b'}');
    trace(out, entry);
    labels(out, entry.mdc);
    source_location(out, entry);
    let mut names = Names::new(&RULES);
    for field in &entry.line.fields {
        field_member(out, names.free(field.name), field);
    }
    out.push(b'}');
}

fn severity(level: Level) -> &'static [u8] {
    match level {
        Level::ERROR => b"ERROR",
        Level::WARN => b"WARNING",
        Level::INFO => b"INFO",
        _ => b"DEBUG",
    }
}

/// The ids, at their full length: a trace is found only by 32 digits.
fn trace(out: &mut Vec<u8>, entry: &Entry<'_>) {
    let Some((scope, span_id, _)) = entry.ids else {
        return;
    };
    out.extend_from_slice(b",\"logging.googleapis.com/trace\":\"");
    if let Some(project) = entry.project {
        out.extend_from_slice(b"projects/");
        escape(out, project);
        out.extend_from_slice(b"/traces/");
    }
    out.extend_from_slice(&scope.trace_id.to_hex_32());
    out.push(b'"');
    if let Some(span_id) = span_id {
        plain_member(out, "logging.googleapis.com/spanId", &span_id.to_hex());
    }
    out.extend_from_slice(b",\"logging.googleapis.com/trace_sampled\":");
    let sampled = scope.sampling.is_sampled();
    out.extend_from_slice(if sampled { b"true" } else { b"false" });
}

/// The MDC: labels are what Google's console filters by with a click.
fn labels(out: &mut Vec<u8>, mdc: &[(SmolStr, SmolStr)]) {
    let Some(((key, value), rest)) = mdc.split_first() else {
        return;
    };
    out.extend_from_slice(b",\"logging.googleapis.com/labels\":{");
    string(out, key);
    out.push(b':');
    string(out, value);
    for (key, value) in rest {
        member(out, key, value);
    }
    out.push(b'}');
}

fn source_location(out: &mut Vec<u8>, entry: &Entry<'_>) {
    let (Some(file), Some(line)) = (entry.metadata.file(), entry.metadata.line()) else {
        return;
    };
    out.extend_from_slice(b",\"logging.googleapis.com/sourceLocation\":{\"file\":");
    string(out, file);
    // A 64-bit number, which Google's JSON has as text.
    own_member(out, ",\"line\":", &line.to_string());
    own_member(
        out,
        ",\"function\":",
        entry.metadata.module_path().unwrap_or_default(),
    );
    out.push(b'}');
}
