//! Lines for programs: logback's `JsonLayout`, with the ids in the MDC, as Brave puts them there. Fields stand behind
//! the message, because the layout has no other place for them.

use super::{
    clock,
    entry::Entry,
    json::{member, own_member, plain_member},
    names::Names,
    text,
};

/// The names of the ids, which nobody else's values can take.
const IDS: [&str; 4] = ["traceId", "spanId", "parentId", "spanExportable"];

/// Where a value of the MDC goes that has the name of an id.
const MOVED: &str = "mdc.";

/// `{"timestamp":…,"level":…,"thread":…,"mdc":{…},"logger":…,"message":…,"context":"default"}`.
pub(super) fn write(out: &mut Vec<u8>, entry: &Entry<'_>) {
    out.extend_from_slice(b"{\"timestamp\":\"");
    clock::write_millis(out, entry.now, b'T');
    out.extend_from_slice(b"Z\"");
    plain_member(out, "level", entry.metadata.level().as_str().as_bytes());
    own_member(out, ",\"thread\":", entry.thread);
    mdc(out, entry);
    own_member(out, ",\"logger\":", entry.metadata.target());
    out.extend_from_slice(b",\"message\":\"");
    text::message(out, entry.line, Names::new(&text::RULES));
    out.extend_from_slice(b"\",\"context\":\"default\"}");
}

/// There is one only within a request.
fn mdc(out: &mut Vec<u8>, entry: &Entry<'_>) {
    let Some((scope, span_id, parent_id)) = entry.ids else {
        return;
    };
    out.extend_from_slice(b",\"mdc\":{\"traceId\":\"");
    scope.trace_id.write(out);
    out.push(b'"');
    for (key, id) in [("spanId", span_id), ("parentId", parent_id)] {
        if let Some(id) = id {
            plain_member(out, key, &id.to_hex());
        }
    }
    out.extend_from_slice(if scope.sampling.is_sampled() {
        b",\"spanExportable\":\"true\""
    } else {
        b",\"spanExportable\":\"false\""
    });
    for (key, value) in entry.mdc {
        if is_id(key) {
            member(out, &format!("{MOVED}{key}"), value);
        } else {
            member(out, key, value);
        }
    }
    out.push(b'}');
}

/// Whether a value of this name goes elsewhere; `mdc.traceId` does, too, because it may stand beside a `traceId`.
fn is_id(name: &str) -> bool {
    let mut name = name;
    while let Some(rest) = name.strip_prefix(MOVED) {
        name = rest;
    }
    IDS.contains(&name)
}
