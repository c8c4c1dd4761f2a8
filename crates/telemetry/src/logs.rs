//! Log lines with the ids and the MDC of their request, one locked write a line so that lines never mix.

use std::{
    fmt::Write as _,
    io::Write as _,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use tracing::{
    Event, Metadata,
    field::{Field, Visit},
};
use tracing_subscriber::filter::Targets;
use zipkin::{SpanId, encode, utc};

use crate::scope::Scope;

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: Spring Boot's layout, with the MDC before the message.
    Text,
    /// For programs: logback's JsonLayout, an object a line.
    Logback,
}

/// Whose line it is: scope, span and parent.
pub(crate) type Ids = Option<(Arc<Scope>, Option<SpanId>, Option<SpanId>)>;

/// Where lines go and how.
#[derive(Debug)]
pub(crate) struct Logs {
    pub service: String,
    pub format: Format,
    pub filter: Targets,
    pub output: Output,
}

/// Where lines end up.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    Stdout,
    #[cfg(test)]
    Memory(Arc<std::sync::Mutex<Vec<u8>>>),
}

/// What an event says.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub message: String,
    fields: String,
}

impl Line {
    /// Reads the message and the other fields, which follow it as `key=value`.
    pub fn read(event: &Event<'_>) -> Self {
        let mut line = Self::default();
        event.record(&mut line);
        line
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Writing into a String does not fail.
        let _ = match field.name() {
            "message" => self.message.write_str(value),
            name => write!(self.fields, " {name}={value}"),
        };
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

impl Logs {
    /// Whether `RUST_LOG` lets such a line through.
    pub fn is_enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.would_enable(metadata.target(), metadata.level())
    }

    /// Writes one line to standard output. A closed output is nobody's failure.
    pub fn write(&self, metadata: &Metadata<'_>, line: &Line, ids: Ids) {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let out = self.format(metadata, line, ids, since_epoch.as_micros() as u64);
        match &self.output {
            Output::Stdout => _ = std::io::stdout().lock().write_all(&out),
            #[cfg(test)]
            Output::Memory(kept) => kept
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .extend(out),
        }
    }

    fn format(&self, metadata: &Metadata<'_>, line: &Line, ids: Ids, now_us: u64) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        match self.format {
            Format::Text => self.text(&mut out, metadata, line, ids, now_us),
            Format::Logback => logback(&mut out, metadata, line, ids, now_us),
        }
        out.push(b'\n');
        out
    }

    fn text(&self, out: &mut Vec<u8>, metadata: &Metadata<'_>, line: &Line, ids: Ids, now_us: u64) {
        let level = metadata.level().as_str();
        let _ = write!(out, "{} {level:>5} [{},", timestamp(now_us, ' '), self.service);
        match &ids {
            Some((scope, span_id, _)) => {
                let span_id = span_id.map(|id| id.to_string()).unwrap_or_default();
                let _ = write!(
                    out,
                    "{},{span_id},{}] ",
                    scope.trace_id,
                    scope.sampling.is_sampled()
                );
            }
            None => out.extend_from_slice(b",,] "),
        }
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("-");
        let _ = write!(
            out,
            "{} --- [{thread}] {} : ",
            std::process::id(),
            metadata.target()
        );
        for (key, value) in ids.iter().flat_map(|(scope, ..)| scope.mdc()) {
            let _ = write!(out, "{key}=");
            // Control characters would forge lines or move a terminal's cursor.
            encode::escape(out, &value);
            out.push(b' ');
        }
        encode::escape(out, &line.message);
        encode::escape(out, &line.fields);
    }
}

fn logback(out: &mut Vec<u8>, metadata: &Metadata<'_>, line: &Line, ids: Ids, now_us: u64) {
    let _ = write!(
        out,
        "{{\"timestamp\":\"{}Z\",\"level\":\"{}\"",
        timestamp(now_us, 'T'),
        metadata.level()
    );
    member(out, ",\"thread\":", std::thread::current().name().unwrap_or("-"));
    if let Some((scope, span_id, parent_id)) = &ids {
        let _ = write!(out, ",\"mdc\":{{\"traceId\":\"{}\"", scope.trace_id);
        for (key, id) in [("spanId", span_id), ("parentId", parent_id)] {
            if let Some(id) = id {
                let _ = write!(out, ",\"{key}\":\"{id}\"");
            }
        }
        let _ = write!(out, ",\"spanExportable\":\"{}\"", scope.sampling.is_sampled());
        for (key, value) in scope.mdc() {
            out.push(b',');
            encode::string(out, &key);
            member(out, ":", &value);
        }
        out.push(b'}');
    }
    member(out, ",\"logger\":", metadata.target());
    out.extend_from_slice(b",\"message\":\"");
    encode::escape(out, &line.message);
    encode::escape(out, &line.fields);
    out.extend_from_slice(b"\",\"context\":\"default\"}");
}

fn member(out: &mut Vec<u8>, key: &str, value: &str) {
    out.extend_from_slice(key.as_bytes());
    encode::string(out, value);
}

/// UTC, as `2026-11-24 07:17:19.097` with the given separator.
fn timestamp(epoch_us: u64, separator: char) -> String {
    format!("{}{separator}{}", utc::date(epoch_us), utc::time_of_day(epoch_us))
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn times_are_utc() {
        assert_eq!(timestamp(0, ' '), "1970-01-01 00:00:00.000");
        assert_eq!(timestamp(951_827_696_789_000, 'T'), "2000-02-29T12:34:56.789");
        assert_eq!(timestamp(1_796_083_199_999_000, ' '), "2026-11-30 23:59:59.999");
    }
}
