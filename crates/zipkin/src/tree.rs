//! The tree of a trace, from spans as they were reported: out of order, in pieces, with spans missing.

use std::{
    collections::{HashMap, HashSet},
    iter::successors,
    ops::Range,
};

use crate::{
    EndpointRef, Language, SpanId, SpanRef,
    merge::{merge, merge_apart},
};

/// The parent, where several spans have the id that is named.
mod same_id;

/// The spans of one trace, merged, each below the one that caused it. Every span is in the tree exactly once.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    spans: Vec<SpanRef<'a>>,
    /// Why each span is where it is.
    places: Vec<Place>,
    tops: Vec<usize>,
    /// The children of all spans, those of each together, by start; a span that does not know its start comes first.
    children: Vec<usize>,
    /// Where among these those of each span are.
    below: Vec<Range<usize>>,
}

/// Why a span is where it is in the tree. All but children are at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// It has no parent id: the trace, or a further one under its id, begins here.
    Root,
    /// It and its parent are each other's ancestors, and it is the earliest of these: the cycle is cut above it.
    Cycle,
    /// Its parent is not in the trace, or the client whose id it shares.
    Orphan,
    /// It is below the span that caused it.
    Child,
}

/// A span of a walk through the tree.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The number of the span's ancestors.
    pub depth: usize,
    /// The step of the walk that is the span's parent.
    pub parent: Option<usize>,
    /// The span.
    pub span: &'a SpanRef<'a>,
    /// Why it is where it is.
    pub place: Place,
    /// Whether it caused nothing.
    pub is_leaf: bool,
}

impl Place {
    /// Why a span is at the top, in words; nothing for a child.
    pub fn why_apart(self) -> Option<&'static str> {
        self.why_apart_in(Language::English)
    }

    /// The same in a language.
    pub fn why_apart_in(self, language: Language) -> Option<&'static str> {
        let words = language.words();
        match self {
            Self::Root => Some(words.further_root),
            Self::Cycle => Some(words.cycle),
            Self::Orphan => Some(words.orphan),
            Self::Child => None,
        }
    }
}

impl<'a> Tree<'a> {
    /// Merges the spans and puts each below its parent: of several with the parent's id, the last that had begun. A further root, a span whose parent is missing and the first of
    /// a cycle stand at the top, each apart; roots come before the others.
    ///
    /// ```
    /// use zipkin::{Place, decode, tree::Tree};
    ///
    /// let spans = decode::list(
    ///     br#"[{"traceId":"1","id":"3","parentId":"9"},
    ///          {"traceId":"1","id":"2","parentId":"1"},
    ///          {"traceId":"1","id":"1"}]"#,
    /// )?;
    /// let tree = Tree::build(&spans);
    /// let places: Vec<Place> = tree.depth_first().iter().map(|step| step.place).collect();
    /// assert_eq!(places, [Place::Root, Place::Child, Place::Orphan]);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn build(spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) -> Self {
        Self::of(spans.into_iter().map(Into::into).collect())
    }

    /// The same, of a list.
    pub(crate) fn of(spans: Vec<SpanRef<'a>>) -> Self {
        let spans = merge_apart(spans);
        let mut parents = parents(&spans);
        same_id::below_the_running(&spans, &mut parents);
        below_lone_servers(&spans, &mut parents);
        let cut = cut_cycles(&spans, &mut parents);
        Self::planted(spans, &parents, &cut)
    }

    /// The same, with all that is at the top below the first span that has no parent id, as Zipkin's dependency links
    /// have it.
    pub(crate) fn below_one_root(spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) -> Self {
        let spans = merge(spans.into_iter().map(Into::into).collect());
        let mut parents = parents(&spans);
        let cut = cut_cycles(&spans, &mut parents);
        let root = spans
            .iter()
            .position(|span| span.parent_id.is_none() && !span.shared);
        for (index, parent) in parents.iter_mut().enumerate() {
            *parent = parent.or(root).filter(|&parent| parent != index);
        }
        Self::planted(spans, &parents, &cut)
    }

    fn planted(spans: Vec<SpanRef<'a>>, parents: &[Option<usize>], cut: &HashSet<usize>) -> Self {
        let starts = spans.iter().map(|span| span.timestamp);
        let mut by_start: Vec<(Option<u64>, usize)> = starts.zip(0..).collect();
        by_start.sort_unstable();
        let by_start = || by_start.iter().map(|&(_, index)| index);
        let place = |(index, span): (usize, &SpanRef)| match parents.get(index) {
            Some(Some(_)) => Place::Child,
            _ if cut.contains(&index) => Place::Cycle,
            // A shared span has its client's id: the client has reported nothing.
            _ if span.shared || span.parent_id.is_some() => Place::Orphan,
            _ => Place::Root,
        };
        let places: Vec<Place> = spans.iter().enumerate().map(place).collect();
        let above = |index: usize| parents.get(index).copied().flatten();
        let mut tops: Vec<usize> = by_start().filter(|&index| above(index).is_none()).collect();
        let (below, children) = siblings(parents, by_start());
        // Stable: the earlier is first, but one that does not know its start is no title for a trace.
        let has_no_start = |top: usize| spans.get(top).map(|span| span.timestamp.is_none());
        tops.sort_by_key(|&top| (places.get(top).copied(), has_no_start(top)));
        Self {
            spans,
            places,
            tops,
            children,
            below,
        }
    }

    /// Walks the tree: each span before its children, siblings by start.
    ///
    /// ```
    /// use zipkin::{decode, tree::Tree};
    ///
    /// let spans = decode::list(
    ///     br#"[{"traceId":"1","id":"2","parentId":"1"},{"traceId":"1","id":"1"}]"#,
    /// )?;
    /// let tree = Tree::build(&spans);
    /// for step in tree.depth_first() {
    ///     println!("{}{}", "  ".repeat(step.depth), step.span.id);
    /// }
    /// # assert_eq!(tree.depth_first().iter().map(|step| step.depth).collect::<Vec<_>>(), [0, 1]);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn depth_first(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::with_capacity(self.spans.len());
        let mut to_visit: Vec<(usize, Option<usize>, usize)> = Vec::new();
        to_visit.extend(self.tops.iter().rev().map(|&top| (0, None, top)));
        while let Some((depth, parent, index)) = to_visit.pop() {
            let (Some(span), Some(&place)) = (self.spans.get(index), self.places.get(index)) else {
                continue;
            };
            let below = self.below.get(index).cloned().unwrap_or_default();
            let children = self.children.get(below).unwrap_or_default();
            let step = Some(steps.len());
            steps.push(Step {
                depth,
                parent,
                span,
                place,
                is_leaf: children.is_empty(),
            });
            to_visit.extend(children.iter().rev().map(|&child| (depth + 1, step, child)));
        }
        steps
    }
}

/// The children of each parent, in the order in which they are given: where they are in a list of all children, and that list. One
/// list for each of 100,000 spans would take longer to make than all else.
pub(crate) fn siblings(
    parents: &[Option<usize>],
    in_order: impl Iterator<Item = usize>,
) -> (Vec<Range<usize>>, Vec<usize>) {
    let mut counts = vec![0; parents.len()];
    for parent in parents.iter().flatten() {
        counts.get_mut(*parent).into_iter().for_each(|count| *count += 1);
    }
    let mut end = 0;
    let begin = |count: usize| {
        let begin = end;
        end += count;
        begin..begin
    };
    let mut places: Vec<Range<usize>> = counts.into_iter().map(begin).collect();
    let mut children = vec![0; end];
    for index in in_order {
        let parent = parents.get(index).copied().flatten();
        if let Some(place) = parent.and_then(|parent| places.get_mut(parent))
            && let Some(child) = children.get_mut(place.end)
        {
            *child = index;
            place.end += 1;
        }
    }
    (places, children)
}

// The place of each span's parent, where it is in the trace.
fn parents(spans: &[SpanRef<'_>]) -> Vec<Option<usize>> {
    // Sorted, as merged spans are. Hashing takes longer than looking for one of a few.
    let mut by_id: Vec<(SpanId, usize)> = Vec::with_capacity(spans.len());
    let mut shared: HashMap<(SpanId, Option<&EndpointRef>), usize> = HashMap::new();
    for (index, span) in spans.iter().enumerate() {
        if span.shared {
            shared.insert((span.id, span.local_endpoint.as_ref()), index);
        } else {
            by_id.push((span.id, index));
        }
    }
    // The last one, of several.
    let with_id = |id: SpanId| {
        let end = by_id.partition_point(|(each, _)| *each <= id);
        let (found, index) = by_id.get(end.checked_sub(1)?)?;
        (*found == id).then_some(*index)
    };
    let parent = |span: &SpanRef| {
        if span.shared {
            return with_id(span.id);
        }
        // Of a client and the server that shares its id, the parent is the one in the same place.
        let parent_id = span.parent_id?;
        // Most traces share no id, and hashing an endpoint takes longer than asking whether there is a point.
        let server = (!shared.is_empty())
            .then(|| shared.get(&(parent_id, span.local_endpoint.as_ref())))
            .flatten();
        server.copied().or_else(|| with_id(parent_id))
    };
    spans.iter().map(parent).collect()
}

// A server's shared span whose client has reported nothing is the only span of its id: what names that id as its parent was
// caused by it, also in another service.
fn below_lone_servers(spans: &[SpanRef<'_>], parents: &mut [Option<usize>]) {
    let mut lone: HashMap<SpanId, Option<usize>> = HashMap::new();
    for (index, span) in spans.iter().enumerate().filter(|(_, span)| span.shared) {
        // Of two servers, nobody knows which.
        let place = lone.entry(span.id).or_insert(Some(index));
        *place = place.filter(|&first| first == index);
    }
    if lone.is_empty() {
        return;
    }
    for (span, parent) in spans.iter().zip(parents) {
        let cause = span.parent_id.filter(|_| !span.shared && parent.is_none());
        *parent = parent.or_else(|| lone.get(&cause?).copied().flatten());
    }
}

// Spans that are each other's ancestors would hang below no top: each walk upwards that comes back to where it has been
// cuts that cycle. Says where.
fn cut_cycles(spans: &[SpanRef<'_>], parents: &mut [Option<usize>]) -> HashSet<usize> {
    let mut cut = HashSet::new();
    let mut walked_by: Vec<Option<usize>> = vec![None; parents.len()];
    for start in 0..parents.len() {
        let mut at = Some(start);
        while let Some(index) = at {
            let Some(walker) = walked_by.get_mut(index) else {
                break;
            };
            match walker.replace(start) {
                Some(earlier) if earlier == start => {
                    cut.extend(cut_above_the_earliest(index, spans, parents));
                    break;
                }
                Some(_) => break,
                None => at = parents.get(index).copied().flatten(),
            }
        }
    }
    cut
}

fn cut_above_the_earliest(
    on_cycle: usize,
    spans: &[SpanRef<'_>],
    parents: &mut [Option<usize>],
) -> Option<usize> {
    let above = |&index: &usize| parents.get(index).copied().flatten();
    let others = successors(above(&on_cycle), above).take_while(|&index| index != on_cycle);
    let start = |&index: &usize| {
        spans
            .get(index)
            .and_then(|span| span.timestamp)
            .unwrap_or(u64::MAX)
    };
    let earliest = others
        .chain([on_cycle])
        .min_by_key(|index| (start(index), *index))?;
    *parents.get_mut(earliest)? = None;
    Some(earliest)
}

#[cfg(test)]
mod tests;
