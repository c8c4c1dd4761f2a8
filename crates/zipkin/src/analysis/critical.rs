//! The critical path: for each moment of a trace, the one span without which it would have ended earlier.

use serde::{Serialize, Serializer};

use super::kin::{Interval, Kin, interval};
use crate::{Kind, SpanId, Waterfall};

/// A piece of the critical path: a span at its own work. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Index of the span's row.
    #[serde(skip)]
    pub row: usize,
    /// The span.
    #[serde(serialize_with = "in_hex")]
    pub span_id: SpanId,
    /// When the piece began, in microseconds since the epoch, by the clock of the trace's first root.
    pub start_us: u64,
    /// The duration. All pieces add up to the root's.
    pub duration_us: u64,
}

/// The path through the first root, by time; empty where that does not say when it ran.
///
/// From the end of a span backwards, its path goes through the child that ended last, then through the child that ended
/// last before that one started, and so on; what remains is the span's own. Each child is cut to its parent. A server
/// that would fit into its client but for its clock is moved there by the least shift. Nobody waits for a consumer.
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
/// let path = zipkin::analysis::critical_path(&trace);
/// let pieces: Vec<(usize, u64)> = path.iter().map(|piece| (piece.row, piece.duration_us)).collect();
/// // Own work of web, the network, app, and back.
/// assert_eq!(pieces, [(0, 100), (1, 50), (2, 700), (1, 50), (0, 100)]);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn critical_path(trace: &Waterfall) -> Vec<Segment> {
    walk(&Kin::of(trace))
}

pub(super) fn walk(kin: &Kin<'_>) -> Vec<Segment> {
    let mut path = Vec::new();
    let mut to_visit: Vec<Visit> = kin
        .row(0)
        .and_then(interval)
        .map(Visit::root)
        .into_iter()
        .collect();
    while let Some(visit) = to_visit.pop() {
        visit.go(kin, &mut path, &mut to_visit);
    }
    path.sort_by_key(|segment| segment.start_us);
    path
}

/// A span on the path, and the part of it that is.
struct Visit {
    row: usize,
    /// The shift of its clock, and of all clocks below.
    moved: i128,
    whole: Interval,
    part: Interval,
}

impl Visit {
    fn root(whole: Interval) -> Self {
        Self {
            row: 0,
            moved: 0,
            whole,
            part: whole,
        }
    }

    fn go(&self, kin: &Kin<'_>, path: &mut Vec<Segment>, to_visit: &mut Vec<Self>) {
        let mut children: Vec<Self> = self.children(kin);
        let mut events: Vec<i128> = children
            .iter()
            .flat_map(|each| [each.part.start, each.part.end])
            .collect();
        events.sort_unstable();
        children.sort_by_key(|each| (-each.part.end, each.part.start));
        let mut until = self.part.end;
        for mut child in children {
            if child.part.end > until && !self.nearly_ended(child.part, until, &events) {
                continue;
            }
            // Exactly one span has each moment: of an overlap, the later.
            child.part.end = child.part.end.min(until);
            self.own(kin, child.part.end, until, path);
            until = child.part.start;
            to_visit.push(child);
        }
        self.own(kin, self.part.start, until, path);
    }

    fn children(&self, kin: &Kin<'_>) -> Vec<Self> {
        let only_server = kin.only_server(self.row).map(|(index, _)| index);
        let waited_for = kin
            .below(self.row)
            .filter(|(_, row)| row.kind != Some(Kind::Consumer));
        let child = |(index, _)| {
            let mut moved = self.moved;
            let mut whole = kin.awaited(index)?.moved(moved);
            if only_server == Some(index) && whole.length() <= self.whole.length() {
                let shift = whole.move_into(self.whole);
                (moved, whole) = (moved + shift, whole.moved(shift));
            }
            Some(Self {
                row: index,
                moved,
                whole,
                part: whole.within(self.part)?,
            })
        };
        waited_for.filter_map(child).collect()
    }

    // Clocks have a resolution: a child that ends a moment after the next one began came before it all the same. The
    // moment is less than a hundredth of the parent, and nothing else happens in it.
    fn nearly_ended(&self, child: Interval, until: i128, events: &[i128]) -> bool {
        let overlap = child.end - until;
        let before = |time| events.partition_point(|event| *event < time);
        let happens = events.partition_point(|event| *event <= child.end) - before(until);
        child.start < until && overlap * 100 < self.part.length() && happens == 2
    }

    fn own(&self, kin: &Kin<'_>, from: i128, to: i128, path: &mut Vec<Segment>) {
        let (Some(row), true) = (kin.row(self.row), from < to) else {
            return;
        };
        path.push(Segment {
            row: self.row,
            span_id: row.span.id,
            start_us: u64::try_from(from).unwrap_or_default(),
            duration_us: u64::try_from(to - from).unwrap_or_default(),
        });
    }
}

fn in_hex<S: Serializer>(id: &SpanId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

#[cfg(test)]
mod tests;
