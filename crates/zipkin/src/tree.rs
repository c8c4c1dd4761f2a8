//! Which span caused which, from a trace as it was reported: out of order, in pieces, with spans missing.

use std::collections::HashMap;

use crate::{EndpointRef, SpanId, SpanRef, merge::merge};

/// The spans of one trace, merged, each below the one that caused it. Every span is in the tree exactly once.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    roots: Vec<usize>,
}

/// A span and what it caused.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The span.
    pub span: SpanRef<'a>,
    /// What it caused, by start; a span that does not know its start comes first.
    children: Vec<usize>,
}

/// A node of a walk through the tree.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// How many ancestors the node has.
    pub depth: usize,
    /// Which step of the walk is the node's parent.
    pub parent: Option<usize>,
    /// The node.
    pub node: &'a Node<'a>,
}

impl Node<'_> {
    /// Whether the span caused nothing.
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }
}

impl<'a> Tree<'a> {
    /// Merges the spans and puts each below its parent. Those whose parent is missing go below the first span that has
    /// none; when each has a parent (the caller's, who reports elsewhere), they are roots.
    pub fn build(spans: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) -> Self {
        let spans = merge(spans.into_iter().map(Into::into).collect());
        let mut parents = parents(&spans);
        cut_cycles(&mut parents);
        let root = spans
            .iter()
            .position(|span| span.parent_id.is_none() && !span.shared);
        for (index, parent) in parents.iter_mut().enumerate() {
            *parent = parent.or(root).filter(|&parent| parent != index);
        }
        let mut by_start: Vec<usize> = (0..spans.len()).collect();
        by_start.sort_by_key(|&index| spans.get(index).and_then(|span| span.timestamp));
        let without_children = |span| Node {
            span,
            children: Vec::new(),
        };
        let mut nodes: Vec<Node> = spans.into_iter().map(without_children).collect();
        let mut roots = Vec::new();
        for index in by_start {
            match parents
                .get(index)
                .copied()
                .flatten()
                .and_then(|parent| nodes.get_mut(parent))
            {
                Some(parent) => parent.children.push(index),
                None => roots.push(index),
            }
        }
        Self { nodes, roots }
    }

    /// Walks the tree: each node before its children, siblings by start.
    pub fn depth_first(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::with_capacity(self.nodes.len());
        let mut to_visit: Vec<(usize, Option<usize>, usize)> = Vec::new();
        to_visit.extend(self.roots.iter().rev().map(|&root| (0, None, root)));
        while let Some((depth, parent, index)) = to_visit.pop() {
            let Some(node) = self.nodes.get(index) else {
                continue;
            };
            let step = Some(steps.len());
            steps.push(Step { depth, parent, node });
            to_visit.extend(node.children.iter().rev().map(|&child| (depth + 1, step, child)));
        }
        steps
    }
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
        let server = shared.get(&(parent_id, span.local_endpoint.as_ref()));
        server.copied().or_else(|| with_id(parent_id))
    };
    spans.iter().map(parent).collect()
}

// Spans that are each other's ancestors would hang below no root: the walk from each span upwards cuts the link that
// would lead it back to where it has been.
fn cut_cycles(parents: &mut [Option<usize>]) {
    let mut walked_by: Vec<Option<usize>> = vec![None; parents.len()];
    for start in 0..parents.len() {
        let (mut at, mut from) = (Some(start), start);
        while let Some(index) = at {
            let Some(walker) = walked_by.get_mut(index) else {
                break;
            };
            match *walker {
                Some(earlier) if earlier == start => {
                    if let Some(parent) = parents.get_mut(from) {
                        *parent = None;
                    }
                    break;
                }
                Some(_) => break,
                None => *walker = Some(start),
            }
            from = index;
            at = parents.get(index).copied().flatten();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::trace;

    /// The walk as text: `depth:id` and `s` for a shared span.
    fn walk(lines: &[&str]) -> String {
        let spans = trace(lines);
        let tree = Tree::build(&spans);
        let steps = tree.depth_first();
        let mut words = Vec::new();
        for step in &steps {
            let parent_depth = step.parent.map(|parent| steps[parent].depth + 1);
            assert_eq!(parent_depth.unwrap_or_default(), step.depth);
            let shared = if step.node.span.shared { "s" } else { "" };
            words.push(format!("{}:{:x}{shared}", step.depth, step.node.span.id.value()));
        }
        words.join(" ")
    }

    #[test]
    fn spans_hang_below_what_caused_them() {
        for (lines, expected) in [
            (vec![], ""),
            // Reported innermost first.
            (
                vec!["d c - a -", "c b - a -", "b a - a -", "a - - a -"],
                "0:a 1:b 2:c 3:d",
            ),
            // Siblings by start, one without a start first.
            (
                vec!["1 - - - -", "a 1 - - - @2", "b 1 - - - @1", "c 1 - - -"],
                "0:1 1:c 1:b 1:a",
            ),
            // A shared span is its client's child, also at the root.
            (
                vec![
                    "c b - app -",
                    "b a SERVER app - shared",
                    "b a CLIENT a -",
                    "a - - a -",
                ],
                "0:a 1:b 2:bs 3:c",
            ),
            (
                vec!["a - CLIENT web -", "a - SERVER app - shared", "b a - app -"],
                "0:a 1:as 2:b",
            ),
            // A child prefers the server in its own place; one in no known place is the client's.
            (
                vec![
                    "a - - a -",
                    "b a CLIENT a -",
                    "b a SERVER foo - shared @5",
                    "b a SERVER bar - shared @6",
                    "c b - bar - @7",
                    "d b - foo - @8",
                    "e b - baz - @9",
                ],
                "0:a 1:b 2:bs 3:d 2:bs 3:c 2:e",
            ),
            // Of two that have its parent's id, in places that are not its own, the last one is its parent.
            (
                vec!["1 - - - -", "a 1 - x - @1", "a 1 - y - @2", "b a - z - @3"],
                "0:1 1:a 1:a 2:b",
            ),
            // Without a root, each whose parent is missing is one.
            (
                vec!["b a SERVER x - @1", "c a SERVER x - @2", "d c - x -"],
                "0:b 0:c 1:d",
            ),
            (vec!["b a SERVER x - shared", "c b - x -"], "0:bs 1:c"),
            // With one, they go below it, and so do further roots.
            (
                vec!["a - SERVER x - @1", "b 9 - x - @3", "c - - x - @2"],
                "0:a 1:c 1:b",
            ),
            // Spans that caused each other: cut where the circle closes.
            (vec!["b d - x -", "d b - x -"], "0:d 1:b"),
            (
                vec!["a - - x -", "b d - x -", "c b - x -", "d c - x -", "e d - x -"],
                "0:a 1:c 2:d 3:b 3:e",
            ),
        ] {
            assert_eq!(walk(&lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn depth_does_not_hurt() {
        let line = |id: usize| {
            format!(
                "{:x} {} - x -",
                id,
                if id == 1 {
                    "-".into()
                } else {
                    format!("{:x}", id - 1)
                }
            )
        };
        let lines: Vec<String> = (1..=50_000).map(line).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let spans = trace(&lines);
        assert_eq!(Tree::build(&spans).depth_first().last().unwrap().depth, 49_999);
    }
}
