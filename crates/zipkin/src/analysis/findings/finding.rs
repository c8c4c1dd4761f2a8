//! One diagnosis, and which rule found it.

use serde::Serialize;

use crate::{Language, Row, analysis::says::Sentence};

/// One diagnosis. It is written to JSON in camel case.
///
/// ```
/// use zipkin::analysis::{FindingKind, analyse};
///
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","timestamp":5,"duration":9,"tags":{"error":"no stock"},
///           "localEndpoint":{"serviceName":"inventory"}}]"#,
/// )?;
/// let findings = analyse(&zipkin::waterfall(&spans).unwrap()).findings;
/// assert_eq!(findings[0].kind, FindingKind::Failed);
/// assert_eq!(findings[0].text, "inventory failed: no stock.");
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// Which rule found it.
    pub kind: FindingKind,
    /// The finding, as a sentence.
    pub text: String,
    /// Microseconds that it cost, or could have cost less; 0 where it is about what is not known.
    pub cost_us: u64,
    /// The ids of the first spans that show it.
    pub span_ids: Vec<String>,
    #[serde(skip)]
    pub(crate) said: Sentence,
}

/// The rules. They are written to JSON in camel case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FindingKind {
    /// Five and more calls alike, one after another.
    NPlusOne,
    /// Different calls one after another. They may overlap, unless one needs another's answer: no trace shows that.
    Sequential,
    /// A call that failed and was tried again.
    Retries,
    /// A message that waited in a queue for half of the trace or longer.
    QueueWait,
    /// Calls that waited for a place: a lock, a pool or a queue of requests. A trace cannot tell these apart.
    PlaceWait,
    /// A client that gave up while its server went on.
    GaveUp,
    /// A service that began a trace of its own although it was called.
    LostContext,
    /// A service that kept half of the trace id: from there on, ids have 64 bits.
    IdsCut,
    /// A call that was answered by a service that reports, and left no span here: sampling decided anew, a lost context or lost
    /// spans. A trace cannot tell these apart.
    NoServer,
    /// Spans that others name, or that a call should have, and that are not there.
    LostSpans,
    /// A body that went on coming long after its headers.
    SlowBody,
    /// A call that a cache did not spare.
    CacheMiss,
    /// Clocks that cannot both be right.
    Clock,
    /// A span with the tag `error` below which nothing failed.
    Failed,
}

/// More ids than these are left out.
const MAX_IDS: usize = 10;

impl Finding {
    /// A diagnosis that these rows show.
    pub(super) fn new<'a>(
        kind: FindingKind,
        cost_us: u64,
        rows: impl IntoIterator<Item = &'a Row>,
        said: Sentence,
    ) -> Self {
        let ids = rows.into_iter().take(MAX_IDS).map(|row| row.span.id.to_string());
        Self {
            kind,
            text: said.text(Language::English),
            cost_us,
            span_ids: ids.collect(),
            said,
        }
    }

    /// The finding, as a sentence in a language.
    pub fn text_in(&self, language: Language) -> String {
        self.said.text(language)
    }
}
