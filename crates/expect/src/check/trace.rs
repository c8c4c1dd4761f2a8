//! A trace as a tree of rows.

use zipkin::{Kind, Place as At, Row, Span, Waterfall, words};

use crate::failure::Place;

/// A trace as a tree of rows; a row is named by its index.
#[derive(Debug)]
pub struct Trace {
    waterfall: Option<Waterfall>,
    children: Vec<Vec<usize>>,
    tops: Vec<usize>,
}

impl Trace {
    /// The tree of these spans, partial reports merged.
    pub fn of(spans: &[Span]) -> Self {
        let waterfall = zipkin::waterfall(spans);
        let rows = waterfall
            .as_ref()
            .map_or(&[] as &[Row], |waterfall| &waterfall.rows);
        let mut children = vec![Vec::new(); rows.len()];
        let mut tops = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            match row.parent.and_then(|parent| children.get_mut(parent)) {
                Some(siblings) => siblings.push(index),
                None => tops.push(index),
            }
        }
        Self {
            waterfall,
            children,
            tops,
        }
    }

    pub fn id(&self) -> Option<String> {
        Some(self.waterfall.as_ref()?.trace_id.to_string())
    }

    pub fn rows(&self) -> &[Row] {
        self.waterfall.as_ref().map_or(&[], |waterfall| &waterfall.rows)
    }

    pub fn is_empty(&self) -> bool {
        self.tops.is_empty()
    }

    /// Rows without a row above.
    pub fn tops(&self) -> &[usize] {
        &self.tops
    }

    /// Rows below, by start.
    pub fn children(&self, row: usize) -> &[usize] {
        self.children.get(row).map_or(&[], Vec::as_slice)
    }

    pub fn span(&self, row: usize) -> Option<&Span> {
        self.rows().get(row).map(|row| &row.span)
    }

    pub fn span_id(&self, row: usize) -> Option<String> {
        Some(self.span(row)?.id.to_string())
    }

    /// Where a row stands.
    pub fn place(&self, row: usize) -> Place {
        let Some(row) = self.rows().get(row) else {
            return Place::Anywhere;
        };
        match (row.parent, row.place) {
            (Some(parent), _) => Place::Below(self.describe(parent)),
            (None, At::Root) => Place::Top,
            (None, _) => Place::Orphan,
        }
    }

    /// A row in words: `CLIENT gateway → orders get`.
    pub fn describe(&self, row: usize) -> String {
        let Some(row) = self.rows().get(row) else {
            return String::new();
        };
        let kind = row.kind.map_or("local", Kind::as_str);
        let is_caller = matches!(row.kind, Some(Kind::Client | Kind::Producer));
        let remote = row.span.remote_service().filter(|_| is_caller);
        let remote = remote.map_or_else(String::new, |remote| format!(" → {remote}"));
        let (service, name) = (
            words::or(&row.service, words::NO_SERVICE),
            words::or(&row.name, words::NO_NAME),
        );
        format!("{kind} {service}{remote} {name}")
    }
}
