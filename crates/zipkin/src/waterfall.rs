//! A trace as rows to draw: depth first, siblings by start. The page and the terminal draw the same rows.

use std::collections::{HashMap, HashSet};

use crate::{
    Kind, Language, Place, Span, SpanId, SpanRef, Times, TraceId,
    tree::{Step, Tree},
    words,
};

/// A whole trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waterfall {
    /// The trace's id, the longest where spans disagree.
    pub trace_id: TraceId,
    /// When it was.
    pub times: Times,
    /// The services that recorded spans, in order of appearance.
    pub services: Vec<String>,
    /// One row a span.
    pub rows: Vec<Row>,
}

/// One span of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number of the row's ancestors.
    pub depth: usize,
    /// Index of the row above that caused this one.
    pub parent: Option<usize>,
    /// Why it stands where it does.
    pub place: Place,
    /// The service that recorded the span; empty when it does not say.
    pub service: String,
    /// Index of the service among those of the trace.
    pub service_index: Option<usize>,
    /// The span's name; empty when it has none.
    pub name: String,
    /// The side of a remote call.
    pub kind: Option<Kind>,
    /// Microseconds from the trace's start to the span's, where that is known.
    pub offset: Option<u64>,
    /// Microseconds that the span took.
    pub duration: Option<u64>,
    /// The text of the tag `error`, which may be empty.
    pub error: Option<String>,
    /// Whether the span came with the lower half of the trace id alone, beside others with all of it.
    pub is_id_cut: bool,
    /// The span itself.
    pub span: Span,
}

impl Row {
    /// The duration of the span, in words.
    pub fn took(&self) -> String {
        self.took_in(Language::English)
    }

    /// The same in a language.
    pub fn took_in(&self, language: Language) -> String {
        let words = language.words();
        match (self.duration, self.offset) {
            (Some(duration), _) => words::duration_in(duration, language),
            (None, Some(_)) => words.not_ended.into(),
            (None, None) => words.no_time.into(),
        }
    }
}

/// Lays out one trace, which may be `&[Span]` or [`SpanRef`]s; nothing for no spans.
///
/// ```
/// use zipkin::{decode, waterfall};
///
/// let trace = decode::list(
///     br#"[{"traceId":"1","id":"1","timestamp":1000,"duration":900},
///          {"traceId":"1","id":"2","parentId":"1","timestamp":1200,"duration":500}]"#,
/// )?;
/// let waterfall = waterfall(&trace).unwrap();
/// let call = &waterfall.rows[1];
/// assert_eq!((call.depth, call.offset, call.took()), (1, Some(200), "500 µs".to_owned()));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn waterfall<'a>(spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) -> Option<Waterfall> {
    let spans: Vec<SpanRef> = spans.into_iter().map(Into::into).collect();
    let is_short = |span: &&SpanRef| span.trace_id.is_64_bit();
    let has_long = !spans.iter().all(|span| is_short(&span));
    let short = spans.iter().filter(|_| has_long).filter(is_short);
    let short: HashSet<(SpanId, bool)> = short.map(|span| (span.id, span.shared)).collect();
    let tree = Tree::of(spans);
    let steps = tree.depth_first();
    let times = Times::of(&steps);
    let mut services = Services::default();
    let rows: Vec<Row> = steps
        .iter()
        .map(|step| {
            let span = step.span;
            let is_id_cut = short.contains(&(span.id, span.shared));
            row(step, times.start, is_id_cut, &mut services)
        })
        .collect();
    Some(Waterfall {
        trace_id: rows.first()?.span.trace_id,
        times,
        services: services.names.into_iter().map(str::to_owned).collect(),
        rows,
    })
}

fn row<'a>(step: &Step<'a>, start: Option<u64>, is_id_cut: bool, services: &mut Services<'a>) -> Row {
    let span = step.span;
    Row {
        depth: step.depth,
        parent: step.parent,
        place: step.place,
        service: span.local_service().unwrap_or_default().to_owned(),
        service_index: span.local_service().map(|service| services.index(service)),
        name: span.name.as_deref().unwrap_or_default().to_owned(),
        kind: span.kind,
        offset: span.timestamp.zip(start).map(|(own, first)| own - first),
        duration: span.duration,
        error: span.tag("error").map(str::to_owned),
        is_id_cut,
        span: span.to_span(),
    }
}

// Found by name: a trace may have as many services as spans.
#[derive(Default)]
struct Services<'a> {
    names: Vec<&'a str>,
    indices: HashMap<&'a str, usize>,
}

impl<'a> Services<'a> {
    fn index(&mut self, service: &'a str) -> usize {
        *self.indices.entry(service).or_insert_with(|| {
            self.names.push(service);
            self.names.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::trace;

    #[test]
    fn rows_stand_in_drawing_order_with_times_from_the_start() {
        let waterfall = waterfall(&trace(&[
            "d c SERVER inventory - @1250+100 error",
            "c b CLIENT orders inventory @1200+200",
            "b a SERVER orders - @1100+500",
            "a - SERVER gateway - @1000+1000",
            // No start: no place on the axis. No end: nothing to add to the trace's.
            "e b - orders -",
            "f a - gateway - @2100",
        ]))
        .unwrap();
        assert_eq!(
            (waterfall.times.start, waterfall.times.duration),
            (Some(1000), Some(1100))
        );
        assert_eq!(waterfall.services, ["gateway", "orders", "inventory"]);
        let rows: Vec<_> = waterfall
            .rows
            .iter()
            .map(|row| {
                (
                    row.span.id.value(),
                    row.service_index.unwrap(),
                    row.depth,
                    row.parent,
                    row.offset,
                    row.duration,
                    row.error.is_some(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (0xa, 0, 0, None, Some(0), Some(1000), false),
                (0xb, 1, 1, Some(0), Some(100), Some(500), false),
                (0xe, 1, 2, Some(1), None, None, false),
                (0xc, 1, 2, Some(1), Some(200), Some(200), false),
                (0xd, 2, 3, Some(3), Some(250), Some(100), true),
                (0xf, 0, 1, Some(0), Some(1100), None, false),
            ]
        );
    }

    #[test]
    fn a_trace_without_times_or_names_is_laid_out() {
        let waterfall = waterfall(&trace(&["b a - - -", "c b - - -"])).unwrap();
        assert_eq!((waterfall.times, waterfall.services.len()), (Times::default(), 0));
        assert_eq!(waterfall.rows.len(), 2);
        assert_eq!(waterfall.rows[1].parent, Some(0));
    }

    #[test]
    fn no_spans_are_no_waterfall() {
        assert_eq!(waterfall(&[] as &[Span]), None);
    }
}
