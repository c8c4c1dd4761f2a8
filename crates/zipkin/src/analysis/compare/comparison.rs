//! Differences, in figures and words.

use serde::Serialize;

use crate::{
    Language,
    analysis::says::{self, Part, Sentence},
    words::or,
};

/// Differences between two sets of traces. Figures are medians, in microseconds. JSON has the names in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Comparison {
    /// The cause of the difference, as a sentence; or that there is none.
    pub answer: String,
    /// Whether something did.
    pub differs: bool,
    /// The roots of the traces, the most frequent first.
    pub roots: Vec<Root>,
    /// Each position below a root that both sides have, the largest difference first.
    pub positions: Vec<Position>,
    #[serde(skip)]
    pub(super) said: Sentence,
}

impl Comparison {
    /// The same with all its texts in a language: the answer's, the roots' and the positions'.
    ///
    /// ```
    /// use zipkin::{Language, analysis::compare};
    ///
    /// let span = br#"[{"traceId":"1","id":"1","timestamp":5,"duration":400,"name":"get /",
    ///                  "localEndpoint":{"serviceName":"web"}}]"#;
    /// let trace = [zipkin::waterfall(&zipkin::decode::list(span)?).unwrap()];
    /// let korean = compare(&trace, &trace).unwrap().in_language(Language::Korean);
    /// assert_eq!(korean.answer, "트레이스들 사이의 편차보다 크게 달라진 위치가 없습니다.");
    /// assert_eq!(korean.positions[0].what, "web의 “get /” 자체 처리");
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.answer = self.said.text(language);
        for root in &mut self.roots {
            root.what = root_in_words(&root.named, language);
        }
        for position in &mut self.positions {
            position.what = says::position(&position.spent, &position.name, language);
        }
        self
    }

    /// The position that the answer is about; none where nothing made a difference.
    pub fn guilty(&self) -> Option<&Position> {
        self.positions.iter().find(|position| position.is_guilty)
    }
}

/// A service and a name, in words.
pub(super) fn root_in_words([service, name]: &[String; 2], language: Language) -> String {
    let words = language.words();
    format!("{} “{}”", or(service, words.no_service), or(name, words.no_name))
}

/// The root of traces. Traces with another root are other requests: they are not compared with each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Root {
    /// Its service and its name, in words.
    pub what: String,
    /// The number of traces that begin with it before.
    pub before: usize,
    /// And after.
    pub after: usize,
    /// Their duration before; none where no trace had it.
    pub before_us: Option<u64>,
    /// Their duration after; none where no trace has it.
    pub after_us: Option<u64>,
    /// Its service and its name.
    #[serde(skip)]
    pub(super) named: [String; 2],
}

impl Root {
    /// Whether both sides have it.
    pub fn is_compared(&self) -> bool {
        self.before > 0 && self.after > 0
    }
}

/// One position in the trees: a span below the same ancestors. Its time is its own on the critical path, so that the
/// times of all positions of a trace add up to its root's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Position {
    /// The work that its time was spent on, in words.
    pub what: String,
    /// The service that recorded the spans.
    pub service: String,
    /// Their name.
    pub name: String,
    /// The number of its ancestors.
    pub depth: usize,
    /// Its time before; none where no trace had it.
    pub before_us: Option<u64>,
    /// Its time after; none where no trace has it.
    pub after_us: Option<u64>,
    /// After minus before.
    pub difference_us: i64,
    #[serde(skip)]
    pub(super) spent: Part,
    #[serde(skip)]
    pub(super) is_guilty: bool,
}

impl Position {
    pub(super) fn sentence(&self) -> Sentence {
        Sentence::Differs {
            spent: self.spent.clone(),
            name: self.name.clone(),
            before: self.before_us,
            after: self.after_us,
        }
    }
}
