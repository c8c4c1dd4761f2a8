//! The comparison of what is expected with what was seen.

/// A bound on the work of a comparison.
mod work;

/// A trace as a tree of rows.
mod trace;

/// Whether a span by itself is as expected.
mod own;

/// The assignment of actual to expected spans.
mod assign;

/// The same where the order counts.
mod sequence;

/// The search for spans that are as expected, with all below them.
mod tree;

/// The expected span that an actual one is most like.
mod likeness;

/// The trees side by side, where they differ.
mod beside;

/// Log lines, headers and the answer.
mod facts;

/// Times of labelled spans.
mod times;

use crate::{
    expected::{Expectation, SpanExpectation},
    failure::{Concept, Failure, Row, Says},
    observed::Observed,
    text::Given,
};
use {beside::Beside, trace::Trace, tree::Matcher};

/// More failures than this nobody reads.
const MAX_FAILURES: usize = 50;

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Verdict {
    pub(crate) failures: Vec<Failure>,
    pub(crate) rows: Vec<Row>,
}

impl Verdict {
    /// Whether all is as expected.
    pub fn is_held(&self) -> bool {
        self.failures.is_empty()
    }

    /// Whether something differs, and only in the answer or in headers: no span or line that is still to come mends it.
    pub fn is_final(&self) -> bool {
        !self.is_held() && self.failures.iter().all(Failure::is_of_exchange)
    }

    /// The differences: the first 50 of them.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The expected beside the actual tree; empty where the tree is as expected.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

impl Expectation {
    /// Compares with what was seen.
    pub fn check(&self, observed: &Observed) -> Verdict {
        let trace = Trace::of(&observed.spans);
        let mut given = Given {
            trace_id: trace.id().or_else(|| facts::trace_id(observed)),
            ..Given::default()
        };
        let mut verdict = Verdict::default();
        self.check_spans(&trace, &mut given, &mut verdict);
        facts::check(self, observed, &given, &mut verdict.failures);
        for condition in &self.conditions {
            if condition.when.check(observed).is_held() {
                let then = condition.then.check(observed);
                let failures = then.failures.into_iter();
                verdict.failures.extend(failures.map(|failure| Failure {
                    is_conditional: true,
                    ..failure
                }));
                if verdict.rows.is_empty() {
                    verdict.rows = then.rows;
                }
            }
        }
        verdict.failures.truncate(MAX_FAILURES);
        verdict
    }

    /// Tree, spans anywhere, and the times of those that have labels.
    fn check_spans(&self, trace: &Trace, given: &mut Given, verdict: &mut Verdict) {
        if self.needs_own_spans() && trace.is_empty() {
            verdict
                .failures
                .push(Failure::new(Concept::SpanCount, Says::NoSpans));
            return;
        }
        let mut matcher = Matcher::new(trace, given);
        let mut is_tree_held = true;
        if let Some(roots) = &self.tree {
            if matcher.holds(roots) {
                matcher.label_tree(roots);
            } else if !matcher.is_exhausted() {
                is_tree_held = false;
                let beside = Beside::draw(&mut matcher, roots);
                verdict.rows = beside.rows;
                verdict.failures.extend(beside.failures);
            }
        }
        for span in &self.spans {
            verdict.failures.extend(matcher.count_anywhere(span));
        }
        if matcher.is_exhausted() {
            *verdict = Verdict {
                failures: vec![Failure::new(Concept::Expectation, Says::TooMuch)],
                ..Verdict::default()
            };
            return;
        }
        let labels = matcher.into_labels();
        times::check(
            &self.relations,
            &labels,
            trace,
            is_tree_held,
            &mut verdict.failures,
        );
        given.span_ids = labels
            .into_iter()
            .map(|(label, rows)| (label, rows.iter().filter_map(|&row| trace.span_id(row)).collect()))
            .collect();
    }

    fn needs_own_spans(&self) -> bool {
        let wants_some = |span: &SpanExpectation| span.count.is_none_or(|count| count.min > 0);
        let has_tree = self
            .tree
            .as_ref()
            .is_some_and(|roots| roots.iter().any(wants_some));
        has_tree || self.spans.iter().any(wants_some) || !self.relations.is_empty()
    }
}
