//! Log lines with the ids and the MDC of their request, each written whole.
//!
//! An event becomes a `Line`, of texts that are cut to a bounded length; one of the formats writes it as bytes.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use smol_str::SmolStr;
use tracing::Metadata;
use tracing_subscriber::filter::Targets;
use zipkin::SpanId;

use crate::{
    request::scope::Scope,
    texts::{
        cut::{MAX_LINE, shorter},
        scratch,
    },
};

/// What an event says.
mod line;

/// For people.
mod text;

/// For logback's readers.
mod logback;

/// For Google Cloud Logging.
mod gcp;

/// For Elasticsearch and OpenSearch.
mod ecs;

/// Members of JSON objects.
mod json;

/// Names of values.
mod names;

/// When a line was written.
mod clock;

/// The line of a panic.
pub(crate) mod panics;

pub(crate) use line::{Field, Line};

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: Spring Boot's layout, with the MDC before the message.
    Text,
    /// For programs: logback's JsonLayout, an object a line.
    Logback,
    /// For Google Cloud Logging: an object a line, joined with its trace.
    Gcp,
    /// For Elasticsearch and OpenSearch: Elastic Common Schema, an object a line.
    Ecs,
}

/// Whose line it is: scope, span and parent.
pub(crate) type Ids = Option<(Arc<Scope>, Option<SpanId>, Option<SpanId>)>;

/// Where lines go and how.
#[derive(Debug)]
pub(crate) struct Logs {
    pub service: String,
    pub project: Option<String>,
    pub format: Format,
    pub filter: Targets,
    pub output: Output,
}

/// Where lines end up.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    Stdout,
    #[cfg(any(test, fuzzing))]
    Memory(Arc<std::sync::Mutex<Vec<u8>>>),
}

/// All that a format can say about a line.
struct Entry<'a> {
    service: &'a str,
    /// The Google Cloud project that keeps the traces.
    project: Option<&'a str>,
    metadata: &'a Metadata<'a>,
    line: &'a Line,
    ids: &'a Ids,
    mdc: &'a [(SmolStr, SmolStr)],
    thread: &'a str,
    /// Microseconds since the epoch.
    now: u64,
}

impl Logs {
    /// Whether `RUST_LOG` lets such a line through.
    pub fn is_enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.would_enable(metadata.target(), metadata.level())
    }

    /// Writes one line to standard output, and waits for no reader. A closed output is nobody's failure.
    pub fn write(&self, metadata: &Metadata<'_>, line: &Line, ids: Ids) {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = since_epoch.as_secs() * 1_000_000 + u64::from(since_epoch.subsec_micros());
        scratch::with(|out| {
            self.format(out, metadata, line, ids, now);
            self.output.write(out);
        });
    }

    fn format(&self, out: &mut Vec<u8>, metadata: &Metadata<'_>, line: &Line, ids: Ids, now: u64) {
        let thread = std::thread::current();
        // Held while the line is made, which runs nobody's code but ours: cheaper than a copy.
        let mdc = ids.as_ref().map(|(scope, ..)| scope.mdc());
        let entry = Entry {
            service: &self.service,
            project: self.project.as_deref(),
            metadata,
            line,
            ids: &ids,
            mdc: mdc.as_deref().map_or(&[], Vec::as_slice),
            thread: thread.name().unwrap_or("-"),
            now,
        };
        self.format.write(out, &entry);
        if out.len() > MAX_LINE {
            let (line, mdc) = shorter(entry.line, entry.mdc, out.len());
            out.clear();
            let (line, mdc) = (&line, &*mdc);
            self.format.write(out, &Entry { line, mdc, ..entry });
        }
    }
}

impl Format {
    fn write(self, out: &mut Vec<u8>, entry: &Entry<'_>) {
        match self {
            Self::Text => text::write(out, entry),
            Self::Logback => logback::write(out, entry),
            Self::Gcp => gcp::write(out, entry),
            Self::Ecs => ecs::write(out, entry),
        }
        out.push(b'\n');
    }
}

impl Output {
    fn write(&self, line: &[u8]) {
        match self {
            // Where it is not taken, it is counted there.
            Self::Stdout => _ = output::stdout().write(line),
            #[cfg(any(test, fuzzing))]
            Self::Memory(kept) => kept
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .extend(line),
        }
    }
}

#[cfg(test)]
mod tests;
