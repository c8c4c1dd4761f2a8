//! Failures for people, in so many columns, and for programs, as JSON.

use std::fmt;

use output::clean;
use serde_json::{Value, json};
use zipkin::Language;

use crate::{
    check::Verdict,
    columns::{pad, wrap},
    failure::{Failure, Mark, Row},
};

/// The width of a drawing, 40 columns at least; 80 unless told otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Columns(pub usize);

impl Default for Columns {
    fn default() -> Self {
        Self(80)
    }
}

/// In English and 80 columns.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English, Columns::default()))
    }
}

impl Verdict {
    /// The trees side by side where they differ, and what is not as expected; one line where all is.
    pub fn text(&self, language: Language, Columns(columns): Columns) -> String {
        let columns = columns.max(40);
        let mut lines = Vec::new();
        if self.is_held() {
            lines.push(words(language).held.to_owned());
        }
        if !self.rows.is_empty() {
            lines.extend(trees(&self.rows, language, columns));
            lines.push(String::new());
        }
        for (index, failure) in self.failures.iter().enumerate() {
            lines.extend(one(index + 1, failure, language, columns));
        }
        lines.extend(concepts(&self.failures, language, columns));
        lines.join("\n")
    }

    /// The same for a program: `{"held":false,"differences":[{"concept":…,"message":…,"quote":…}],"tree":[…]}`.
    pub fn json(&self) -> String {
        self.json_in(Language::English)
    }

    /// The same, with messages in this language.
    pub fn json_in(&self, language: Language) -> String {
        let differences = self.failures.iter().map(|failure| {
            json!({
                "concept": failure.concept().id(),
                "message": failure.text(language),
                "quote": failure.quote(),
            })
        });
        let rows = self.rows.iter().map(|row| {
            json!({
                "mark": mark(row.mark),
                "depth": row.depth,
                "expected": row.expected,
                "actual": row.actual,
            })
        });
        json!({
            "held": self.is_held(),
            "differences": differences.collect::<Vec<Value>>(),
            "tree": rows.collect::<Vec<Value>>(),
        })
        .to_string()
    }
}

const fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "same",
        Mark::Differs => "differs",
        Mark::Missing => "missing",
        Mark::Unexpected => "unexpected",
        Mark::Other => "other",
    }
}

/// The words around the failures.
struct Words {
    held: &'static str,
    expected: &'static str,
    actual: &'static str,
    marks: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            held: "All is as expected.",
            expected: "expected",
            actual: "actual",
            marks: "≠ differs   - missing   + not expected   · not looked at",
        },
        Language::Korean => Words {
            held: "모두 기대한 대로입니다.",
            expected: "예상",
            actual: "실제",
            marks: "≠ 다름   - 없음   + 예상하지 않음   · 확인하지 않음",
        },
    }
}

/// Both trees, with a mark between them.
fn trees(rows: &[Row], language: Language, columns: usize) -> Vec<String> {
    let words = words(language);
    let side = (columns - 3) / 2;
    let line = |expected: &str, sign: &str, actual: &str| {
        let line = format!("{} {sign} {}", pad(expected, side), pad(actual, side));
        line.trim_end().to_owned()
    };
    let mut lines = vec![line(words.expected, " ", words.actual)];
    lines.extend(rows.iter().map(|row| {
        let indent = " ".repeat((row.depth * 2).min(side / 2));
        let shown = |text: &str| {
            if text.is_empty() {
                String::new()
            } else {
                format!("{indent}{}", clean(text))
            }
        };
        // Zipkin keeps names in lower case: one that was written otherwise would look like a difference.
        let is_same = row.expected.to_lowercase() == row.actual.to_lowercase();
        let expected = if is_same { &row.actual } else { &row.expected };
        line(&shown(expected), row.mark.sign(), &shown(&row.actual))
    }));
    lines.push(words.marks.to_owned());
    lines
}

fn one(number: usize, failure: &Failure, language: Language, columns: usize) -> Vec<String> {
    let mut lines = wrap(&clean(&failure.text(language)), &format!("{number}. "), columns);
    let quote = failure.quote().filter(|quote| !quote.is_empty());
    lines.extend(quote.map(|quote| format!("     {}", clean(quote))));
    lines
}

/// Each concept that the failures are about, once.
fn concepts(failures: &[Failure], language: Language, columns: usize) -> Vec<String> {
    let mut concepts: Vec<_> = failures.iter().map(Failure::concept).collect();
    let mut seen = Vec::new();
    concepts.retain(|concept| {
        let is_new = !seen.contains(concept);
        seen.push(*concept);
        is_new
    });
    let explained = concepts
        .iter()
        .flat_map(|concept| wrap(concept.explained(language), "  ", columns));
    let gap = (!concepts.is_empty()).then(String::new);
    gap.into_iter().chain(explained).collect()
}
