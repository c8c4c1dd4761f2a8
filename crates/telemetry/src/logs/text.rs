//! Lines for people: Spring Boot's layout, with the MDC before the message and the fields behind it.

use std::io::Write as _;

use super::{
    clock,
    entry::Entry,
    line::Line,
    names::{Names, Rules},
};
use crate::texts::escape::escape;

/// Each name means one value of the line.
pub(super) static RULES: Rules = Rules {
    prefix: "fields.",
    is_reserved: |_| false,
    clash: |one, other| one == other,
};

/// `2026-11-24 07:17:19.097  INFO [service,traceId,spanId,exportable] pid --- [thread] logger : userId=terry message`.
pub(super) fn write(out: &mut Vec<u8>, entry: &Entry<'_>) {
    clock::write_millis(out, entry.now, b' ');
    // Writing into a Vec does not fail.
    let _ = write!(out, " {:>5} [", entry.metadata.level().as_str());
    escape(out, entry.service);
    ids(out, entry);
    let _ = write!(out, "{} --- [", std::process::id());
    escape(out, entry.thread);
    out.extend_from_slice(b"] ");
    escape(out, entry.metadata.target());
    out.extend_from_slice(b" : ");
    let mut names = Names::new(&RULES);
    for (key, value) in entry.mdc {
        escape(out, names.free(key));
        out.push(b'=');
        escape(out, value);
        out.push(b' ');
    }
    message(out, entry.line, names);
}

/// The message with the fields behind it, for a format that has no other place for them.
pub(super) fn message<'a>(out: &mut Vec<u8>, line: &'a Line, mut names: Names<'a>) {
    escape(out, &line.message);
    for field in &line.fields {
        out.push(b' ');
        escape(out, names.free(field.name));
        out.push(b'=');
        escape(out, &field.value);
    }
}

fn ids(out: &mut Vec<u8>, entry: &Entry<'_>) {
    let Some((scope, span_id, _)) = entry.ids else {
        return out.extend_from_slice(b",,,] ");
    };
    out.push(b',');
    scope.trace_id.write(out);
    out.push(b',');
    if let Some(span_id) = span_id {
        span_id.write(out);
    }
    let _ = write!(out, ",{}] ", scope.sampling.is_sampled());
}
