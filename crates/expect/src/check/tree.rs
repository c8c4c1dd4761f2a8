//! The search for spans that are as expected, with all below them. Each pair of an expected and an actual span is compared once.

use std::{collections::BTreeMap, collections::HashMap, ptr};

use super::{
    assign::{Assignment, assign},
    own, sequence,
    trace::Trace,
    work::Work,
};
use crate::{
    count::Count,
    expected::{Children, SpanExpectation},
    failure::{Concept, Failure, Place, Says},
    text::Given,
};

/// Compares spans, and keeps what it has found.
pub struct Matcher<'a> {
    pub trace: &'a Trace,
    pub given: &'a Given,
    /// By the address of the expected span and the actual row.
    known: HashMap<(usize, usize), bool>,
    work: Work,
    labels: BTreeMap<String, Vec<usize>>,
}

/// The comparison of siblings.
pub struct Siblings {
    /// The number of each that is expected.
    pub counts: Vec<Count>,
    /// The expected span for each actual one.
    pub found: Assignment,
    /// All of them are as expected.
    pub is_whole: bool,
    /// Only their order is not.
    pub is_disordered: bool,
}

impl Siblings {
    /// There is no time to compare them.
    fn undecided(counts: Vec<Count>, actual: usize) -> Self {
        Self {
            found: Assignment {
                owner: vec![None; actual],
                load: vec![0; counts.len()],
            },
            counts,
            is_whole: false,
            is_disordered: false,
        }
    }
}

impl<'a> Matcher<'a> {
    pub fn new(trace: &'a Trace, given: &'a Given) -> Self {
        Self {
            trace,
            given,
            known: HashMap::new(),
            work: Work::new(),
            labels: BTreeMap::new(),
        }
    }

    pub fn is_exhausted(&self) -> bool {
        self.work.is_exhausted()
    }

    /// The rows that each label stands for.
    pub fn into_labels(self) -> BTreeMap<String, Vec<usize>> {
        self.labels
    }

    /// Whether the trace has these roots and no others.
    pub fn holds(&mut self, roots: &[SpanExpectation]) -> bool {
        self.siblings(roots, self.trace.tops(), true, false).is_whole
    }

    /// Compares siblings; `is_exact` where no others may be among them.
    pub fn siblings(
        &mut self,
        expected: &[SpanExpectation],
        actual: &[usize],
        is_exact: bool,
        in_order: bool,
    ) -> Siblings {
        let usual = if is_exact { Count::exactly(1) } else { Count::SOME };
        let counts: Vec<Count> = expected.iter().map(|each| each.count.unwrap_or(usual)).collect();
        if self.is_exhausted() {
            return Siblings::undecided(counts, actual.len());
        }
        let fits: Vec<Vec<usize>> = actual
            .iter()
            .map(|&row| {
                let fitting = expected
                    .iter()
                    .enumerate()
                    .filter(|(_, each)| self.fits(each, row));
                fitting.map(|(index, _)| index).collect()
            })
            .collect();
        if in_order && let Some(owner) = sequence::assign(&counts, &fits, !is_exact, &mut self.work) {
            return Siblings {
                found: Assignment {
                    owner,
                    load: counts.iter().map(|count| count.min).collect(),
                },
                counts,
                is_whole: true,
                is_disordered: false,
            };
        }
        let found = assign(&counts, &fits, &mut self.work);
        let is_placed =
            |(owner, fits): (&Option<usize>, &Vec<usize>)| owner.is_some() || (fits.is_empty() && !is_exact);
        let is_whole = counts
            .iter()
            .zip(&found.load)
            .all(|(count, &load)| count.holds(load))
            && found.owner.iter().zip(&fits).all(is_placed);
        Siblings {
            counts,
            found,
            is_whole: is_whole && !in_order,
            is_disordered: is_whole && in_order,
        }
    }

    /// Whether a row is as expected, with all below it.
    fn fits(&mut self, expected: &SpanExpectation, row: usize) -> bool {
        let Some(span) = self.trace.span(row).filter(|_| self.work.take(1)) else {
            return false;
        };
        if !own::differences(expected, span, self.given).is_empty() {
            return false;
        }
        let is_exact = match &expected.children {
            Children::Any => return true,
            Children::Exactly(_) => true,
            Children::Including(_) => false,
        };
        let key = (ptr::from_ref(expected).addr(), row);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let (list, rows) = (expected.children.list(), self.trace.children(row));
        let fits = self.siblings(list, rows, is_exact, expected.in_order).is_whole;
        self.known.insert(key, fits);
        fits
    }

    /// Notes the rows of labelled spans in a tree that is as expected.
    pub fn label_tree(&mut self, roots: &[SpanExpectation]) {
        self.label_siblings(roots, self.trace.tops(), true, false);
    }

    fn label_siblings(
        &mut self,
        expected: &[SpanExpectation],
        actual: &[usize],
        is_exact: bool,
        in_order: bool,
    ) {
        let siblings = self.siblings(expected, actual, is_exact, in_order);
        for (&row, owner) in actual.iter().zip(siblings.found.owner) {
            if let Some(expected) = owner.and_then(|owner| expected.get(owner)) {
                self.label(expected, row);
            }
        }
    }

    /// Notes a row under its label, and the rows below.
    pub fn label(&mut self, expected: &SpanExpectation, row: usize) {
        self.note(expected, row);
        let is_exact = matches!(expected.children, Children::Exactly(_));
        if !expected.children.list().is_empty() {
            let rows = self.trace.children(row);
            self.label_siblings(expected.children.list(), rows, is_exact, expected.in_order);
        }
    }

    /// Notes one row under its label.
    pub fn note(&mut self, expected: &SpanExpectation, row: usize) {
        if let Some(label) = &expected.label {
            self.labels.entry(label.clone()).or_default().push(row);
        }
    }

    /// Counts such spans anywhere in the trace; a failure where there are too few or too many.
    pub fn count_anywhere(&mut self, expected: &SpanExpectation) -> Option<Failure> {
        let rows: Vec<usize> = (0..self.trace.rows().len())
            .filter(|&row| self.fits(expected, row))
            .collect();
        for &row in &rows {
            self.label(expected, row);
        }
        let wanted = expected.count.unwrap_or(Count::SOME);
        (!wanted.holds(rows.len())).then(|| {
            let says = Says::Count {
                span: expected.describe(),
                wanted,
                found: rows.len(),
                place: Place::Anywhere,
                elsewhere: None,
            };
            Failure::new(Concept::SpanCount, says)
        })
    }
}

impl SpanExpectation {
    /// The expected span in words: `CLIENT gateway → orders get`.
    pub(super) fn describe(&self) -> String {
        let kind = self.kind.map_or("span", own::kind_name);
        let known = [
            Some(kind.to_owned()),
            self.service.as_ref().map(ToString::to_string),
            self.remote.as_ref().map(|remote| format!("→ {remote}")),
            self.name.as_ref().map(ToString::to_string),
        ];
        let mut parts: Vec<String> = known.into_iter().flatten().collect();
        if self.name.is_none() {
            let tags = self
                .tags
                .iter()
                .filter_map(|(key, text)| Some(format!("{key}={}", text.as_ref()?)));
            parts.extend(tags.take(2));
        }
        parts.join(" ")
    }
}
