//! The links of a whole day, window by window, and how they are told.

use std::ops::Range;

use anyhow::bail;
use serde_json::json;
use zipkin::{DependencyLink, Linker, Span, utc};

use super::{
    day::Day,
    elasticsearch::Written,
    progress::Progress,
    source::Source,
    windows::{Fill, Windows},
};
use crate::draw::text::clean;

/// What a day's traces come to.
#[derive(Debug)]
pub struct Counted {
    /// Traces that started on the day.
    pub traces: u64,
    /// Who called whom in them.
    pub links: Vec<DependencyLink>,
    /// Milliseconds in which there was more than Zipkin answers at once.
    cut: u64,
}

impl Counted {
    /// Reads and links the day. What is kept between windows is a number for each link.
    pub async fn read(source: &Source, day: Day) -> anyhow::Result<Self> {
        let mut windows = Windows::of(day.millis());
        let (mut linker, mut traces, mut cut) = (Linker::default(), 0, 0);
        let mut progress = Progress::start();
        while let Some(window) = windows.current() {
            progress.show(|| {
                let time = utc::time_of_day(window.start * 1000);
                format!("{day} {time} UTC: {}", count(traces, "trace"))
            });
            let answer = source.traces(&window).await?;
            match &answer.fill {
                Fill::Full | Fill::Refused(_) if windows.halve() => continue,
                Fill::Full => cut += 1,
                Fill::Refused(reason) => bail!("{reason}"),
                Fill::Light | Fill::Some => {}
            }
            for trace in answer.traces.iter().filter(|trace| started_in(trace, &window)) {
                linker.put_trace(trace);
                traces += 1;
            }
            windows.advance(&answer.fill);
        }
        Ok(Self {
            traces,
            links: linker.links(),
            cut,
        })
    }

    /// For people: the links where they are not written, then one line that says what was done.
    pub fn text(&self, day: Day, written: Option<&Written>, dry_run: bool) -> String {
        let mut lines: Vec<String> = Vec::new();
        if dry_run {
            lines.extend(self.links.iter().map(line));
        }
        if self.cut > 0 {
            lines.push(format!(
                "{day}: {} had more spans than Zipkin answers at once; calls are missing",
                count(self.cut, "millisecond")
            ));
        }
        let done = match written {
            Some(written) => format!(" written to {}{}", written.to, removed(written)),
            None if dry_run => ", not written (--dry-run)".to_owned(),
            None => ", nothing changed".to_owned(),
        };
        let links = count(self.links.len() as u64, "link");
        lines.push(format!("{day}: {}, {links}{done}", count(self.traces, "trace")));
        lines.join("\n")
    }

    /// For programs, in one line.
    pub fn json(&self, day: Day, written: Option<&Written>) -> String {
        json!({
            "day": day.to_string(),
            "traces": self.traces,
            "links": self.links,
            "millisecondsCut": self.cut,
            "writtenTo": written.map(|written| &written.to),
            "removed": written.map_or(0, |written| written.removed),
        })
        .to_string()
    }
}

/// A trace is found in each window that one of its spans is in. It counts where it started: when its root did, else its
/// earliest span. That is when Zipkin's own search takes a trace to start.
fn started_in(trace: &[Span], window: &Range<u64>) -> bool {
    let roots = trace.iter().filter(|span| span.parent_id.is_none());
    let root = roots.filter_map(|span| span.timestamp).min();
    let start = root.or_else(|| trace.iter().filter_map(|span| span.timestamp).min());
    start.is_some_and(|micros| window.contains(&(micros / 1000)))
}

fn line(link: &DependencyLink) -> String {
    let failed = match link.error_count {
        0 => String::new(),
        errors => format!(", {} failed", grouped(errors)),
    };
    let (parent, child) = (clean(&link.parent), clean(&link.child));
    format!("{parent} → {child}: {}{failed}", count(link.call_count, "call"))
}

fn removed(written: &Written) -> String {
    match written.removed {
        0 => String::new(),
        removed => format!(", {} of an earlier run removed", grouped(removed)),
    }
}

fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// `1,204`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use zipkin::{SpanId, TraceId};

    fn span(id: u64, parent: Option<u64>, timestamp: Option<u64>) -> Span {
        let mut span = Span::new(TraceId::new(1), SpanId::new(id));
        span.parent_id = parent.map(SpanId::new);
        span.timestamp = timestamp;
        span
    }

    #[test]
    fn a_trace_starts_with_its_root_else_with_its_earliest_span() {
        let root = span(1, None, Some(5_000));
        let early = span(2, Some(1), Some(4_999)); // its clock is behind
        let late = span(3, Some(1), Some(6_000));
        for (trace, window, expected) in [
            (vec![root.clone(), early.clone()], 5..6, true),
            (vec![root.clone(), early.clone()], 4..5, false),
            (vec![late.clone(), early.clone()], 4..5, true),
            (vec![late.clone(), early.clone()], 6..7, false),
            (vec![span(1, None, None), late], 6..7, true),
            (vec![span(1, None, None)], 0..10, false),
            (vec![], 0..10, false),
        ] {
            assert_eq!(started_in(&trace, &window), expected, "{window:?}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (0, "0 links"),
            (1, "1 link"),
            (999, "999 links"),
            (1_204, "1,204 links"),
            (12_345_678, "12,345,678 links"),
        ] {
            assert_eq!(count(number, "link"), text);
        }
    }

    #[test]
    fn the_last_line_says_what_was_done() {
        let day = "2026-11-24".parse().unwrap();
        let link = DependencyLink {
            parent: "web\u{7}".into(),
            child: "app".into(),
            call_count: 1_204,
            error_count: 3,
        };
        let mut counted = Counted {
            traces: 1_204,
            links: vec![link],
            cut: 0,
        };
        let mut written = Written {
            to: "http://es:9200/zipkin-dependency-2026-11-24".into(),
            removed: 0,
        };
        let line = "2026-11-24: 1,204 traces, 1 link written to http://es:9200/zipkin-dependency-2026-11-24";
        assert_eq!(counted.text(day, Some(&written), false), line);
        written.removed = 2;
        assert_eq!(
            counted.text(day, Some(&written), false),
            format!("{line}, 2 of an earlier run removed")
        );
        assert_eq!(
            counted.text(day, None, true),
            "web\\u{7} → app: 1,204 calls, 3 failed\n2026-11-24: 1,204 traces, 1 link, not written (--dry-run)"
        );
        (counted.traces, counted.links, counted.cut) = (0, Vec::new(), 1);
        assert_eq!(
            counted.text(day, None, false),
            "2026-11-24: 1 millisecond had more spans than Zipkin answers at once; calls are missing\n\
             2026-11-24: 0 traces, 0 links, nothing changed"
        );
    }
}
