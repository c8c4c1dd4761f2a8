//! Log lines with the ids and the MDC of their request, each written whole.
//!
//! An event becomes a `Line`, of texts that are cut to a bounded length; one of the formats writes it as bytes.

use std::time::{SystemTime, UNIX_EPOCH};

use tracing::Metadata;
use tracing_subscriber::filter::Targets;

use crate::{propagation::Mdc, request::scope::Origin, texts::scratch};

/// The text of an event.
mod line;

/// For people.
mod text;

/// For logback's readers.
mod logback;

/// For Google Cloud Logging.
mod gcp;

/// For Elasticsearch and OpenSearch.
mod ecs;

/// All that a format can say about a line.
mod entry;

/// The formats by name.
mod format;

/// Lines that come out too long.
mod shorter;

/// The directives of `RUST_LOG`.
#[cfg(feature = "clap")]
mod filter;

/// The lines that are on.
pub(crate) mod enabled;

/// Settings of lines.
mod settings;

/// Members of JSON objects.
mod json;

/// Names of values.
mod names;

/// When a line was written.
mod clock;

/// The line of a panic.
pub(crate) mod panics;

use entry::Entry;
pub(crate) use line::Line;
use shorter::{MAX_LINE, shorter};
pub use {format::LineFormat, settings::LineSettings};

/// Where lines go and how.
#[derive(Debug)]
pub(crate) struct Logs {
    pub service: String,
    pub project: Option<String>,
    pub format: LineFormat,
    pub filter: Targets,
    pub output: Output,
}

/// Where lines end up.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    Stdout,
    /// Each goes to a function, as it is written and in its parts.
    #[cfg(feature = "testing")]
    Each(fn(&[u8], &Line)),
    #[cfg(any(test, fuzzing, feature = "testing"))]
    Memory(std::sync::Arc<std::sync::Mutex<Vec<u8>>>),
}

impl Logs {
    /// Whether `RUST_LOG` lets such a line through.
    pub fn is_enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.would_enable(metadata.target(), metadata.level())
    }

    /// Writes one line to standard output, and waits for no reader. A closed output is nobody's failure.
    pub fn write(&self, metadata: &Metadata<'_>, line: &Line, ids: Origin) {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = since_epoch.as_secs() * 1_000_000 + u64::from(since_epoch.subsec_micros());
        scratch::with(|out| {
            self.format(out, metadata, line, ids, now);
            self.output.write(out, line);
        });
    }

    fn format(&self, out: &mut Vec<u8>, metadata: &Metadata<'_>, line: &Line, ids: Origin, now: u64) {
        let thread = std::thread::current();
        // Held while the line is made, which runs nobody's code but ours: cheaper than a copy.
        let mdc = ids.as_ref().map(|(scope, ..)| scope.mdc());
        let entry = Entry {
            service: &self.service,
            project: self.project.as_deref(),
            metadata,
            line,
            ids: &ids,
            mdc: mdc.as_deref().map_or(&[], Mdc::entries),
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

impl Output {
    #[cfg_attr(
        not(feature = "testing"),
        expect(unused_variables, reason = "tests read the parts of a line")
    )]
    fn write(&self, line: &[u8], parts: &Line) {
        match self {
            // Where it is not taken, it is counted there.
            Self::Stdout => _ = output::stdout().write(line),
            #[cfg(feature = "testing")]
            Self::Each(take) => take(line, parts),
            #[cfg(any(test, fuzzing, feature = "testing"))]
            Self::Memory(kept) => kept
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .extend(line),
        }
    }
}

#[cfg(test)]
mod tests;
