//! One row of a list: a trace, or a log line.

use ask::lines::Line;
use expect::LogLine;
use zipkin::{
    Language, Times, TraceId, Waterfall, utc,
    words::{or, short_in},
};

use crate::{
    draw::{
        Paper,
        text::{clean, pad, pad_left},
    },
    logs,
    screen::{DIM, RED, service_colour},
};

/// Columns of a duration that may be `≥ 12min 36s`.
const TOOK: usize = 11;

/// Columns of a bar.
const BAR: usize = 12;

/// A row that may be selected.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    Trace(&'a Waterfall),
    Line(&'a Line),
}

impl Row<'_> {
    /// The same for the same thing, whatever comes before it.
    pub fn key(&self) -> String {
        match self {
            Self::Trace(trace) => trace.trace_id.to_string(),
            Self::Line(line) => line.number.to_string(),
        }
    }

    /// The trace that it is, or belongs to.
    pub fn trace(&self) -> Option<TraceId> {
        match self {
            Self::Trace(trace) => Some(trace.trace_id),
            Self::Line(line) => TraceId::parse(line.trace_id.as_deref()?).ok(),
        }
    }

    /// Its text, on a scale up to the longest trace.
    pub fn text(&self, longest_us: u64, paper: &Paper) -> String {
        match self {
            Self::Trace(trace) => of_trace(trace, longest_us, paper),
            Self::Line(line) => logs::line::text(&read(line), paper.paint),
        }
    }
}

/// The heading over traces.
pub fn heading(columns: [&str; 5]) -> String {
    let [time, id, took, spans, root] = columns;
    format!(
        "{} {} {} {} {} {root}",
        pad(time, 8),
        pad(id, 8),
        pad_left(took, TOOK),
        pad("", BAR),
        pad_left(spans, 6)
    )
}

/// `12:03:04 463ac35c   102.5 ms ▇▇▇▇▇▇▇           7 gateway get /orders/{id}`
fn of_trace(trace: &Waterfall, longest_us: u64, paper: &Paper) -> String {
    let Paper {
        width,
        paint,
        language,
    } = *paper;
    let words = language.words();
    let time = trace.times.start.map_or_else(String::new, utc::time_of_day);
    let time: String = time.chars().take(8).collect();
    let id = trace.trace_id.to_string();
    let id: String = id.chars().take(8).collect();
    let has_error = trace.rows.iter().any(|row| row.error.is_some());
    let root = trace.rows.first();
    let colour = service_colour(root.and_then(|row| row.service_index).unwrap_or_default());
    let service = root.map_or("", |row| &row.service);
    let name = root.map_or("", |row| &row.name);
    let mark = if has_error { "! " } else { "" };
    let root = format!(
        "{mark}{} {}",
        clean(or(service, words.not_reported)),
        clean(or(name, words.no_name))
    );
    let bar = pad(&bar(trace.times.duration.unwrap_or_default(), longest_us), BAR);
    let colour = if has_error { RED } else { colour };
    let start = format!(
        "{} {} {}",
        paint.style(DIM, &pad(&time, 8)),
        pad(&id, 8),
        pad_left(&took(&trace.times, language), TOOK)
    );
    let spans = pad_left(&trace.rows.len().to_string(), 6);
    let rest = width.saturating_sub(8 + 1 + 8 + 1 + TOOK + 1 + BAR + 1 + 6 + 1);
    format!(
        "{start} {} {spans} {}",
        paint.style(colour, &bar),
        paint.style(colour, pad(&root, rest).trim_end())
    )
}

/// The duration, which has room in its column.
fn took(times: &Times, language: Language) -> String {
    match times.duration {
        Some(duration) if times.is_open => format!("≥ {}", short_in(duration, language)),
        Some(duration) => short_in(duration, language),
        None => times.took_in_short_in(language),
    }
}

/// On a logarithmic scale from 100 µs, which one outlier does not flatten.
fn bar(took_us: u64, longest_us: u64) -> String {
    const LEAST_US: f64 = 100.0;
    let scale = |us: u64| (us as f64 / LEAST_US).max(1.0).ln();
    let part = match scale(longest_us) {
        whole if whole > 0.0 => scale(took_us) / whole,
        _ => 0.0,
    };
    // At most BAR, and never below nothing.
    let columns = (part.clamp(0.0, 1.0) * BAR as f64).round() as usize;
    "▇".repeat(columns.max(usize::from(took_us > 0)))
}

/// As a line from a pipe.
fn read(line: &Line) -> LogLine {
    let mut read = LogLine::default();
    read.time.clone_from(&line.time);
    read.level = line.level.clone().unwrap_or_default();
    read.service.clone_from(&line.service);
    read.trace_id = line.trace_id.clone().unwrap_or_default();
    read.span_id = line.span_id.clone().unwrap_or_default();
    read.values.clone_from(&line.values);
    read.message.clone_from(&line.message);
    read
}

/// The longest of these traces.
pub fn longest(traces: &[Waterfall]) -> u64 {
    let took = traces.iter().filter_map(|trace| trace.times.duration);
    took.max().unwrap_or_default()
}

/// So many traces, and how many of them have an error.
pub fn counted(traces: &[Waterfall]) -> (usize, usize) {
    let failed = |trace: &&Waterfall| trace.rows.iter().any(|row| row.error.is_some());
    (traces.len(), traces.iter().filter(failed).count())
}
