//! The printed output: verdicts, in the learner's language and width.

use clap::builder::styling::{AnsiColor, Style};
use expect::{Columns, columns::wrap};

use crate::{
    language::Lang,
    texts::Texts,
    verdict::{Evidence, Failure, Verdict},
};

const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();

/// Longer quotes than these are cut.
const QUOTE: usize = 400;

/// So many requests are shown, evenly chosen where there are more.
const SENT: usize = 4;

/// Standard output in a language.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    lang: Lang,
    paints: bool,
}

impl Report {
    /// Colours are for terminals that know them.
    pub fn new(lang: Lang) -> Self {
        let paints = output::paints(&std::io::stdout());
        Self { lang, paints }
    }

    /// A text, whole.
    pub fn say(&self, text: &str) {
        output::stdout().say_patiently(text);
    }

    /// A text in lines that fit into a terminal. Addresses and indented lines are to be copied, and stay whole.
    pub fn say_wrapped(&self, text: &str) {
        self.say(&wrapped(text));
    }

    /// A text for nobody's pipe.
    pub fn note(&self, text: &str) {
        output::stderr().say(text);
    }

    /// A verdict and what shows it.
    pub fn verdict(&self, verdict: &Verdict, texts: &Texts, words: &Texts) {
        match verdict {
            Verdict::Passed => self.say(&self.paint(GREEN, words.get("passed"))),
            Verdict::DoesNotCompile(messages) => {
                self.say(messages.trim_end());
                self.say(&self.paint(RED, &wrapped(words.get("does-not-compile"))));
            }
            Verdict::DoesNotRun(reason) => {
                self.say(&self.paint(RED, words.get("does-not-run")));
                self.say_wrapped(reason);
            }
            Verdict::Halted(halt, evidence) => {
                self.say(&self.paint(RED, words.get("failed")));
                self.diagnosis(halt.name(), words.get(halt.name()), evidence, words);
            }
            Verdict::Failed(failure) => self.failure(failure, texts, words),
        }
    }

    fn failure(&self, failure: &Failure, texts: &Texts, words: &Texts) {
        self.say(&self.paint(RED, words.get("failed")));
        self.sent(&failure.sent, words);
        if let Some((request, differences)) = &failure.differences {
            let shown = differences.text(self.lang.engine(), Columns::default());
            let heading = match failure.sent.len() {
                0 | 1 => String::new(),
                _ => words.with("first-that-differs", &[("request", request)]) + "\n",
            };
            self.say(&format!("\n{heading}{shown}"));
        }
        if let Some(finding) = &failure.finding {
            self.diagnosis(finding.id, texts.get(finding.id), &finding.evidence, words);
        }
    }

    fn sent(&self, requests: &[String], words: &Texts) {
        match requests {
            [] => {}
            [request] => self.say(&words.with("sent", &[("request", request)])),
            requests => {
                let count = requests.len().to_string();
                let name = if requests.len() > SENT {
                    "sent-among"
                } else {
                    "sent-all"
                };
                self.say(&words.with(name, &[("count", &count)]));
                chosen(requests, SENT).for_each(|request| self.say(&format!("  {request}")));
            }
        }
    }

    fn diagnosis(&self, id: &str, text: &str, evidence: &[Evidence], words: &Texts) {
        let values = [("diagnosis", text), ("id", id)];
        self.say(&format!("\n{}", wrapped(&words.with("diagnosis", &values))));
        for piece in evidence {
            let text = match piece {
                Evidence::Quoted(quote) => quote.clone(),
                Evidence::Said(name, values) => {
                    let values: Vec<(&str, &str)> =
                        values.iter().map(|(name, value)| (*name, &**value)).collect();
                    words.with(name, &values)
                }
            };
            self.say(&format!("    {}", quoted(&text)));
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.paints {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// The text in lines that fit into a terminal.
fn wrapped(text: &str) -> String {
    let Columns(columns) = Columns::default();
    let lines = text.lines().flat_map(|line| {
        if line.is_empty() || line.starts_with(' ') || line.contains("://") {
            vec![line.to_owned()]
        } else {
            wrap(line, "", columns)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// So many of a list, from the first to the last, evenly.
fn chosen<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let count = all.len().min(most);
    let last = (all.len().saturating_sub(1), count.saturating_sub(1).max(1));
    (0..count).filter_map(move |place| all.get(place * last.0 / last.1))
}

/// A service's output, made harmless for a terminal, and no longer than a few rows.
fn quoted(text: &str) -> String {
    let clean = output::clean(text);
    match clean.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean,
    }
}

/// The lines that differ, with those around them: `-` only in the first, `+` only in the second.
pub fn difference(first: &str, second: &str) -> String {
    let (first, second): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    // lengths[i][j]: the longest common list of lines from i and j on.
    let mut lengths = vec![vec![0_usize; second.len() + 1]; first.len() + 1];
    let at = |lengths: &[Vec<usize>], i: usize, j: usize| {
        lengths.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0)
    };
    for i in (0..first.len()).rev() {
        for j in (0..second.len()).rev() {
            let longest = if first.get(i) == second.get(j) {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(place) = lengths.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = longest;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < first.len() || j < second.len() {
        let (one, other) = (first.get(i), second.get(j));
        if one == other {
            lines.push(format!("  {}", one.unwrap_or(&"")));
            (i, j) = (i + 1, j + 1);
        } else if other.is_none() || (one.is_some() && at(&lengths, i + 1, j) >= at(&lengths, i, j + 1)) {
            lines.push(format!("- {}", one.unwrap_or(&"")));
            i += 1;
        } else {
            lines.push(format!("+ {}", other.unwrap_or(&"")));
            j += 1;
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_what_goes_and_what_comes() {
        assert_eq!(difference("a\nb\nc", "a\nx\nc\nd"), "  a\n- b\n+ x\n  c\n+ d");
        assert_eq!(difference("", "a"), "+ a");
    }

    #[test]
    fn requests_are_chosen_from_the_first_to_the_last() {
        let of = |count: usize| {
            let all: Vec<usize> = (0..count).collect();
            chosen(&all, 4).copied().collect::<Vec<usize>>()
        };
        assert_eq!(of(24), [0, 7, 15, 23]);
        assert_eq!(of(5), [0, 1, 2, 4]);
        assert_eq!((of(3), of(1), of(0)), (vec![0, 1, 2], vec![0], vec![]));
    }

    #[test]
    fn a_quote_is_harmless_and_short() {
        assert!(quoted("\u{1b}[31m").starts_with("\\u{1b}"));
        assert_eq!(quoted(&"가".repeat(500)).chars().count(), QUOTE + 1);
    }
}
