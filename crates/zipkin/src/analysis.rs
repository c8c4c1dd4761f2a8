//! The analysis of a trace, by rule: where its time went, what is wrong with it, and what it cannot say.
//!
//! ```text
//! rows → kin ─┬→ critical ──────┬→ groups    hops alike, and their share of the path
//!             ├→ hops ──────────┘
//!             ├→ messages ┐
//!             ├→ clocks ──┼→ findings → answer → doubts
//!    beside ──┘           ┘               └───────┴→ says → words of a language
//! ```

use both::both;
use serde::Serialize;

use crate::{Language, Waterfall};

/// The sentences, in each language.
mod says;

/// Knowledge beside a trace.
mod beside;

/// Work side by side.
mod both;

/// Which rows belong together.
mod kin;

/// The one span at each moment without which the trace would have ended earlier.
mod critical;

/// Distances between clocks.
mod clocks;

/// A trace by one clock.
mod correction;

/// The cost of each remote call.
mod hops;

/// The hops of one caller, callee and name together.
mod groups;

/// Senders of messages, and how long messages waited.
mod messages;

/// Contradictions and gaps in a trace.
mod doubts;

/// Diagnoses.
mod findings;

/// One or two sentences.
mod answer;

/// A trace replayed with a faster service.
mod what_if;

/// Traces before and after.
mod compare;

pub use beside::{Beside, Unanswered, unanswered};
pub use clocks::Clock;
pub use compare::{Comparison, Position, Root, compare};
pub use correction::{Correction, corrected};
pub use critical::{Segment, critical_path};
pub use doubts::{Doubt, DoubtKind};
pub use findings::{Finding, FindingKind};
pub use groups::HopGroup;
pub use hops::{Hop, Reasons, Why, hops};
pub use messages::Message;
pub use what_if::{Replay, WhatIf, what_if};

/// All that a trace says. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Analysis {
    /// Where the time went, and why, in one or two sentences.
    pub answer: String,
    /// Findings of the rules, the costliest first.
    pub findings: Vec<Finding>,
    /// Contradictions and gaps in a trace.
    pub doubts: Vec<Doubt>,
    /// The cost of each kind of remote call.
    pub hops: Vec<HopGroup>,
    /// The cost of each message.
    pub messages: Vec<Message>,
    /// The distance between clocks, for each pair of instances that call each other.
    pub clocks: Vec<Clock>,
    /// The pieces that add up to the root's duration.
    pub critical_path: Vec<Segment>,
    #[serde(skip)]
    said: Vec<says::Sentence>,
}

impl Analysis {
    /// The answer in a language.
    pub fn answer_in(&self, language: Language) -> String {
        says::text(&self.said, language)
    }

    /// The same with all its texts in a language: the answer's, the findings' and the doubts'.
    ///
    /// ```
    /// use zipkin::{Language, analysis::analyse};
    ///
    /// let spans = zipkin::decode::list(
    ///     br#"[{"traceId":"1","id":"1","timestamp":5,"duration":100,"localEndpoint":{"serviceName":"web"}}]"#,
    /// )?;
    /// let analysis = analyse(&zipkin::waterfall(&spans).unwrap());
    /// assert_eq!(analysis.answer, "100 of 100 µs was web's own work.");
    /// let korean = analysis.in_language(Language::Korean);
    /// assert_eq!(korean.answer, "100 µs 중 100 µs 동안 web에서 자체 처리를 했습니다.");
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.answer = self.answer_in(language);
        for finding in &mut self.findings {
            finding.text = finding.text_in(language);
        }
        for doubt in &mut self.doubts {
            doubt.text = doubt.text_in(language);
        }
        self
    }
}

/// Of a trace with fewer rows, another thread would take longer to start than it saves.
const LARGE: usize = 20_000;

/// Analyses a trace, in n log n of its spans. Of a large one, two threads do so.
///
/// ```
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":1000,"duration":1000,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"2","parentId":"1","kind":"CLIENT","timestamp":1100,"duration":800,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"3","parentId":"2","kind":"SERVER","timestamp":1150,"duration":700,
///           "localEndpoint":{"serviceName":"app"}}]"#,
/// )?;
/// let trace = zipkin::waterfall(&spans).unwrap();
///
/// let analysis = zipkin::analysis::analyse(&trace);
/// println!("{}", analysis.answer);
/// assert_eq!((analysis.hops.len(), analysis.doubts.len()), (2, 0));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn analyse(trace: &Waterfall) -> Analysis {
    analyse_beside(trace, &Beside::default())
}

/// The same with what is known beside the trace: [`unanswered`] says where to look.
pub fn analyse_beside(trace: &Waterfall, beside: &Beside) -> Analysis {
    let kin = kin::Kin::of(trace);
    let is_large = trace.rows.len() >= LARGE;
    let (clocks, critical_path) = both(is_large, || clocks::clocks(&kin), || critical::walk(&kin));
    let grouped = || groups::groups(&hops::of(&kin, &clocks), &kin, &critical_path);
    let (hops, (messages, findings, said, doubts)) = both(is_large, grouped, || {
        let messages = messages::messages(&kin);
        let findings = findings::findings(trace, &kin, &clocks, &messages, beside);
        let said = answer::answer(trace, &kin, &critical_path, &findings);
        let doubts = doubts::doubts(&kin, &trace.times, &clocks, &findings, &said);
        (messages, findings, said, doubts)
    });
    Analysis {
        answer: says::text(&said, Language::English),
        doubts,
        hops,
        findings,
        messages,
        clocks,
        critical_path,
        said,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::{sample::trace, waterfall};

    /// A span by its id, in a trace of so many.
    type Line<'a> = &'a dyn Fn(u64, u64) -> String;

    #[test]
    fn no_shape_of_a_large_trace_takes_the_square_of_its_spans() {
        const SPANS: u64 = LARGE as u64;
        let kind = |id: u64| ["CLIENT", "SERVER"][id as usize % 2];
        let shapes: [(&str, Line<'_>); 5] = [
            ("a chain", &|id, spans| {
                format!(
                    "{id:x} {:x} {} s{id} - @{}+{}",
                    id - 1,
                    kind(id),
                    1000 + id,
                    2 * (spans - id) + 1
                )
            }),
            ("a star", &|id, _| {
                format!("{id:x} 1 CLIENT s db @{}+9", 1000 + 10 * id)
            }),
            ("a star of servers", &|id, _| {
                format!("{id:x} 1 SERVER s{} - @{}+9", id % 7, 1000 + 10 * id)
            }),
            ("all at once", &|id, _| {
                format!("{id:x} 1 CLIENT s{id} db{id} @1000+{id}")
            }),
            ("orphans", &|id, _| {
                format!("{id:x} f{id:x} SERVER s{id} - @1000+{id}")
            }),
        ];
        for (shape, line) in shapes {
            let [few, many] = [SPANS / 8, SPANS].map(|spans| {
                let mut lines = vec![format!("1 - SERVER s - @1000+{}", 20 * spans)];
                lines.extend((2..=spans).map(|id| line(id, spans)));
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                waterfall(&trace(&lines)).unwrap()
            });
            let sum: u64 = critical_path(&many)
                .iter()
                .map(|segment| segment.duration_us)
                .sum();
            assert_eq!(sum, 20 * SPANS, "{shape}");
            // The shortest of each: another program that takes the processor is in neither. The square of eight is 64.
            let mut shortest = [Duration::MAX; 2];
            let is_fine = (0..5).any(|_| {
                shortest = [(shortest[0], &few), (shortest[1], &many)]
                    .map(|(so_far, trace)| so_far.min(looked_at(trace)));
                shortest[1] < 32 * shortest[0]
            });
            assert!(is_fine, "{shape}: {shortest:?}");
        }
    }

    /// The time of all looks at a trace.
    fn looked_at(trace: &Waterfall) -> Duration {
        let begun = Instant::now();
        analyse(trace);
        what_if(trace, "s", 1_000);
        compare(std::slice::from_ref(trace), std::slice::from_ref(trace));
        begun.elapsed()
    }
}
