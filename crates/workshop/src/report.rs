//! The printed output: verdicts, in the learner's language and width.

use clap::builder::styling::{AnsiColor, Style};
use expect::Columns;

use crate::{
    language::Lang,
    texts::Texts,
    verdict::{Evidence, Failure, Verdict},
};

/// Texts, without colours.
mod lines;

pub use lines::difference;
use lines::{chosen, quoted, wrapped};

const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();

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
