//! A span as OpenTelemetry has it, straight from its parts.

use std::borrow::Cow;

use zipkin::{
    Kind,
    encode::otlp::{SpanWriter, Status, Value as Written},
};

use super::{
    conventions,
    names::{self, Aside},
};
use crate::sink::{EndedSpan, Value};

/// Reasons of ours, which are few: they are kinds of errors. Others are anybody's words.
const REASONS: [&str; 7] = [
    "timeout",
    "request cannot be sent",
    "connection broken",
    "connection refused",
    "no connection",
    "panic",
    "cancelled",
];

/// Appends the span. The flag `shared` has no place there, and neither has `debug`.
pub(super) fn write(out: &mut Vec<u8>, span: &EndedSpan<'_>) {
    let mut writer = SpanWriter::begin(out, span.trace_id(), span.parent_id(), span.id());
    if let Some(trace_state) = span.trace_state {
        writer.trace_state(trace_state);
    }
    writer.kind(span.kind());
    writer.time(span.start_us(), span.duration_us());
    let aside = names::write(&mut writer, span);
    writer.name(&names::of_span(span.name(), &aside));
    conventions::write(&mut writer, span, &aside);
    for (time, text) in span.annotations() {
        writer.event(time, text);
    }
    writer.dropped(aside.dropped_attributes, aside.dropped_events);
    status(&mut writer, span, &aside);
    writer.flags(span.kind() == Some(Kind::Server) && span.parent_id().is_some());
}

/// The status, and for a remote call the kind of error. A reason that the response's status says already is not repeated.
fn status(writer: &mut SpanWriter<'_>, span: &EndedSpan<'_>, aside: &Aside<'_>) {
    let Some(error) = aside.error else {
        if aside.is_ok {
            writer.status(Status::Ok);
        }
        return;
    };
    let mut digits = itoa::Buffer::new();
    let code = digits.format(aside.code);
    let reason = reason(error);
    let is_servers = span.kind() == Some(Kind::Server);
    if reason == code && is_servers && aside.code < 500 {
        // The caller's mistake is no failure of the server: the conventions leave the status unset.
        return;
    }
    writer.status(Status::Error(if reason == code { "" } else { &reason }));
    if span.kind().is_none() || aside.has("error.type") {
        return;
    }
    let is_of_code = aside.code >= if is_servers { 500 } else { 400 };
    let kind_of_error = match &*reason {
        _ if is_of_code => code,
        known if REASONS.contains(&known) => known,
        _ => "_OTHER",
    };
    writer.attribute("error.type", Written::Text(kind_of_error));
}

/// The reason, where `error` gives one.
fn reason(error: Value<'_>) -> Cow<'_, str> {
    match error {
        Value::Str("true") | Value::Bool(_) => "".into(),
        Value::Str(text) => text.into(),
        other => other.to_string().into(),
    }
}

#[cfg(test)]
mod cost;

#[cfg(test)]
mod tests;
