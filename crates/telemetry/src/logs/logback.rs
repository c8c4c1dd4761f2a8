//! Lines for programs: logback's `JsonLayout`, with the ids in the MDC, as Brave puts them there. Fields stand behind
//! the message, because the layout has no other place for them.

use super::{
    clock,
    entry::Entry,
    json::{member, own_member, plain_member},
    names::{Names, Rules},
    text,
};

/// The names of the ids, which nobody else's values can take.
const IDS: [&str; 4] = ["traceId", "spanId", "parentId", "spanExportable"];

/// Values of the MDC, out of the way of the ids.
static RULES: Rules = Rules {
    prefix: "mdc.",
    is_reserved: |name| IDS.contains(&name),
    clash: |one, other| one == other,
};

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
    let mut names = Names::new(&RULES);
    for (key, value) in entry.mdc {
        member(out, names.free(key), value);
    }
    out.push(b'}');
}
