//! The expected and the actual tree side by side, where they differ: spans that are as expected first, then those that are
//! most alike, and then what is missing and what nobody expected.

use super::{
    likeness::{MAX_ALIKE, is_like, partners},
    own::{self, Difference},
    tree::{Matcher, Siblings},
};
use crate::{
    count::Count,
    expected::{Children, SpanExpectation},
    failure::{Concept, Failure, Mark, Place, Row, Says},
};

/// More lines than this nobody reads.
const MAX_ROWS: usize = 200;

/// The drawing in the making.
pub struct Beside {
    pub rows: Vec<Row>,
    pub failures: Vec<Failure>,
    /// A missing span: the expected one, and its failure.
    missing: Vec<(SpanExpectation, usize)>,
    /// Actual rows that nobody expected, and their failures.
    unexpected: Vec<(usize, usize)>,
}

impl Beside {
    /// Draws a tree that is not as expected.
    pub fn draw(matcher: &mut Matcher<'_>, roots: &[SpanExpectation]) -> Self {
        let mut beside = Self {
            rows: Vec::new(),
            failures: Vec::new(),
            missing: Vec::new(),
            unexpected: Vec::new(),
        };
        let tops = matcher.trace.tops();
        let siblings = matcher.siblings(roots, tops, true, false);
        beside.siblings(matcher, (roots, tops), &siblings, true, (0, &Place::Anywhere));
        beside.find_elsewhere(matcher);
        beside.rows.truncate(MAX_ROWS);
        beside
    }

    fn siblings(
        &mut self,
        matcher: &mut Matcher<'_>,
        (expected, actual): (&[SpanExpectation], &[usize]),
        siblings: &Siblings,
        is_exact: bool,
        (depth, place): (usize, &Place),
    ) {
        if siblings.is_disordered {
            let started = actual.iter().map(|&row| matcher.trace.describe(row));
            let (place, actual) = (place.clone(), started.take(9).collect());
            self.failures
                .push(Failure::new(Concept::Timing, Says::Order { place, actual }));
        }
        let partners = partners(matcher, (expected, actual), siblings);
        for (index, each) in expected.iter().enumerate() {
            let own = actual
                .iter()
                .zip(&partners)
                .filter(|(_, owner)| **owner == Some(index));
            let own: Vec<usize> = own.map(|(&row, _)| row).collect();
            for &row in &own {
                self.pair(matcher, each, row, depth);
            }
            let wanted = siblings.counts.get(index).copied().unwrap_or(Count::SOME);
            if own.len() < wanted.min {
                self.miss(each, wanted, own.len(), depth, place);
            }
        }
        for (&row, _) in actual.iter().zip(&partners).filter(|(_, owner)| owner.is_none()) {
            self.leave(matcher, expected, row, is_exact, (depth, place));
        }
    }

    /// An actual span beside the expected one that it stands for.
    fn pair(&mut self, matcher: &mut Matcher<'_>, expected: &SpanExpectation, row: usize, depth: usize) {
        matcher.note(expected, row);
        let Some(span) = matcher.trace.span(row) else {
            return;
        };
        let differences = own::differences(expected, span, matcher.given);
        let mark = if differences.is_empty() {
            Mark::Same
        } else {
            Mark::Differs
        };
        let actual = matcher.trace.describe(row);
        self.row(mark, depth, expected.describe(), actual.clone());
        for difference in differences {
            self.failures.push(failure(&actual, difference));
        }
        let is_exact = match expected.children {
            Children::Any => return,
            Children::Exactly(_) => true,
            Children::Including(_) => false,
        };
        let (list, below) = (expected.children.list(), matcher.trace.children(row));
        let siblings = matcher.siblings(list, below, is_exact, expected.in_order);
        let place = (depth + 1, &Place::Below(actual));
        self.siblings(matcher, (list, below), &siblings, is_exact, place);
    }

    /// An expected span that is missing, with all below it.
    fn miss(&mut self, expected: &SpanExpectation, wanted: Count, found: usize, depth: usize, place: &Place) {
        let times = if wanted.min - found > 1 {
            format!("{} × ", wanted.min - found)
        } else {
            String::new()
        };
        self.row(
            Mark::Missing,
            depth,
            format!("{times}{}", expected.describe()),
            String::new(),
        );
        self.miss_below(expected, depth + 1);
        let says = Says::Count {
            span: expected.describe(),
            wanted,
            found,
            place: place.clone(),
            elsewhere: None,
        };
        self.missing.push((expected.clone(), self.failures.len()));
        self.failures.push(Failure::new(Concept::SpanCount, says));
    }

    fn miss_below(&mut self, expected: &SpanExpectation, depth: usize) {
        for child in expected.children.list() {
            self.row(Mark::Missing, depth, child.describe(), String::new());
            self.miss_below(child, depth + 1);
        }
    }

    /// An actual span that stands for none of the expected ones.
    fn leave(
        &mut self,
        matcher: &Matcher<'_>,
        expected: &[SpanExpectation],
        row: usize,
        is_exact: bool,
        (depth, place): (usize, &Place),
    ) {
        let (trace, shown) = (matcher.trace, matcher.trace.describe(row));
        let is_like = |each: &SpanExpectation| {
            let differences = trace
                .span(row)
                .map(|span| own::differences(each, span, matcher.given));
            differences.is_some_and(|differences| differences.is_empty())
        };
        // One of too many.
        let like = expected
            .iter()
            .find(|each| each.count.is_some_and(|count| count.max.is_some()) && is_like(each));
        if !is_exact && like.is_none() {
            self.row(Mark::Other, depth, String::new(), shown);
            return;
        }
        let below = trace.children(row).len();
        let below = if below > 0 {
            format!(" (+{below})")
        } else {
            String::new()
        };
        self.row(Mark::Unexpected, depth, String::new(), format!("{shown}{below}"));
        let place = if *place == Place::Anywhere {
            trace.place(row)
        } else {
            place.clone()
        };
        let concept = if depth == 0 {
            Concept::ParentId
        } else {
            Concept::SpanCount
        };
        self.unexpected.push((row, self.failures.len()));
        self.failures
            .push(Failure::new(concept, Says::Unexpected { span: shown, place }));
    }

    /// A missing span that stands in another place has lost its parent id on the way: that is one failure, not two.
    fn find_elsewhere(&mut self, matcher: &Matcher<'_>) {
        let mut explained = Vec::new();
        for (expected, index) in &self.missing {
            let is_like = |row: usize| is_like(matcher, expected, row);
            let stray = |&&(row, _): &&(usize, usize)| with_all_below(matcher, row).into_iter().any(is_like);
            let Some(&(row, unexpected)) = self.unexpected.iter().take(MAX_ALIKE).find(stray) else {
                continue;
            };
            let found = with_all_below(matcher, row)
                .into_iter()
                .find(|&row| is_like(row))
                .unwrap_or(row);
            explained.extend((found == row).then_some(unexpected));
            if let Some(failure) = self.failures.get_mut(*index)
                && let Says::Count { elsewhere, .. } = &mut failure.says
            {
                *elsewhere = Some(matcher.trace.place(found));
                failure.concept = Concept::ParentId;
            }
        }
        let mut index = 0;
        self.failures.retain(|_| {
            index += 1;
            !explained.contains(&(index - 1))
        });
    }

    fn row(&mut self, mark: Mark, depth: usize, expected: String, actual: String) {
        if self.rows.len() < MAX_ROWS {
            self.rows.push(Row {
                mark,
                depth,
                expected,
                actual,
            });
        }
    }
}

fn with_all_below(matcher: &Matcher<'_>, row: usize) -> Vec<usize> {
    let mut rows = vec![row];
    let mut next = 0;
    while let Some(&row) = rows.get(next).filter(|_| next < MAX_ALIKE) {
        rows.extend(matcher.trace.children(row));
        next += 1;
    }
    rows
}

fn failure(of: &str, difference: Difference) -> Failure {
    let Difference {
        concept,
        field,
        expected,
        actual,
    } = difference;
    let says = Says::Differs {
        of: of.to_owned(),
        field,
        expected,
        actual,
    };
    Failure::new(concept, says)
}
