//! One kind of doubt, in words.

use serde::Serialize;

use crate::{
    Language, Row,
    analysis::says::{DoubtKind, Sentence},
};

/// One kind of doubt about a trace. It is written to JSON in camel case.
///
/// ```
/// use zipkin::analysis::{DoubtKind, analyse};
///
/// let spans = zipkin::decode::list(br#"[{"traceId":"1","id":"2","parentId":"1","timestamp":5,"duration":9}]"#)?;
/// let doubts = analyse(&zipkin::waterfall(&spans).unwrap()).doubts;
/// assert_eq!((doubts[0].kind, doubts[0].count), (DoubtKind::MissingParent, 1));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Doubt {
    /// Which kind.
    pub kind: DoubtKind,
    /// The number of spans that raise it, or of pairs of clocks.
    pub count: usize,
    /// The doubt and its meaning, for people.
    pub text: String,
    /// The ids of the first spans that raise it.
    pub span_ids: Vec<String>,
    #[serde(skip)]
    pub(super) said: Vec<Sentence>,
}

impl Doubt {
    pub(super) fn new(kind: DoubtKind, count: usize, span_ids: Vec<String>, said: Vec<Sentence>) -> Self {
        let mut doubt = Self {
            kind,
            count,
            text: String::new(),
            span_ids,
            said,
        };
        doubt.text = doubt.text_in(Language::English);
        doubt
    }

    /// The doubt and its meaning, in a language.
    pub fn text_in(&self, language: Language) -> String {
        let said: Vec<String> = self.said.iter().map(|said| said.text(language)).collect();
        said.join(match language {
            Language::English => "; ",
            Language::Korean => ". ",
        })
    }
}

/// More ids than these are counted only.
const MAX_IDS: usize = 10;

/// The doubt that these rows raise; nothing where there are none.
pub(super) fn of(kind: DoubtKind, rows: &[&Row]) -> Option<Doubt> {
    let count = rows.len();
    (count > 0).then(|| Doubt::new(kind, count, ids(rows), vec![Sentence::Doubt { kind, count }]))
}

/// The first ids.
pub(super) fn ids(rows: &[&Row]) -> Vec<String> {
    let ids = rows.iter().map(|row| row.span.id.to_string());
    ids.take(MAX_IDS).collect()
}
