//! The bar of a row, and of a fold; below it the critical path, so that it is seen without colours.

use std::{collections::HashMap, fmt::Write as _};

use zipkin::Row;

use super::scale::Scale;
use crate::pages::{laid::Laid, rows::Fold, services::colour};

/// More pieces of one row than this are joined where they are nearest.
const MAX_PIECES: usize = 40;

/// The critical path, as far as it is drawn.
pub struct Path {
    /// The pieces of each row that is shown.
    rows: HashMap<usize, Vec<(u64, u64)>>,
    /// All pieces, by time.
    whole: Vec<(u64, u64)>,
}

impl Path {
    /// Of a trace, and of these of its rows.
    pub fn of(laid: &Laid, shown: impl Iterator<Item = usize>) -> Self {
        let zero = laid.trace.times.start.unwrap_or_default();
        let mut rows: HashMap<usize, Vec<(u64, u64)>> = shown.map(|row| (row, Vec::new())).collect();
        let mut is_shown = vec![false; laid.trace.rows.len()];
        for &row in rows.keys() {
            is_shown.get_mut(row).into_iter().for_each(|shown| *shown = true);
        }
        let mut whole = Vec::with_capacity(laid.analysis.critical_path.len());
        for segment in &laid.analysis.critical_path {
            let piece = (segment.start_us.saturating_sub(zero), segment.duration_us);
            whole.push(piece);
            if is_shown.get(segment.row) == Some(&true) {
                rows.entry(segment.row).or_default().push(piece);
            }
        }
        Self { rows, whole }
    }

    /// The pieces of a row as one drawing, at this height; empty where none are in sight.
    pub fn of_row(&self, row: usize, scale: Scale, y: u32) -> String {
        let pieces = self.rows.get(&row).into_iter().flatten();
        drawn(
            pieces.filter_map(|&(start, duration)| scale.place(start, duration)),
            y,
            4,
            MAX_PIECES,
        )
    }

    /// All of it.
    pub fn whole(&self, scale: Scale, y: u32) -> String {
        drawn(
            self.whole
                .iter()
                .filter_map(|&(start, duration)| scale.place(start, duration)),
            y,
            4,
            4 * MAX_PIECES,
        )
    }
}

/// Pieces as one drawing. Where they are too many, those with narrow gaps between them are one.
pub fn drawn(pieces: impl Iterator<Item = (f64, f64)>, y: u32, height: u32, most: usize) -> String {
    let mut pieces: Vec<(f64, f64)> = pieces.map(|(left, width)| (left, left + width)).collect();
    pieces.sort_by(|one, other| one.0.total_cmp(&other.0));
    for gap in [0.5, 2.0, 8.0, 32.0, 1000.0] {
        pieces = joined(&pieces, gap);
        if pieces.len() <= most {
            break;
        }
    }
    let mut path = String::new();
    for (left, right) in pieces {
        // Writing to a text never fails.
        let _ = write!(path, "M{left:.1} {y}h{:.1}v{height}H{left:.1}z", right - left);
    }
    path
}

fn joined(pieces: &[(f64, f64)], gap: f64) -> Vec<(f64, f64)> {
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for &(left, right) in pieces {
        match joined.last_mut() {
            Some(last) if left - last.1 <= gap => last.1 = last.1.max(right),
            _ => joined.push((left, right)),
        }
    }
    joined
}

/// The bar of a row, with its part of the critical path.
pub fn of_row(row: &Row, index: usize, scale: Scale, path: &Path) -> String {
    let place = row
        .offset
        .and_then(|start| scale.place(start, row.duration.unwrap_or_default()));
    let rect = place.map_or_else(String::new, |(left, width)| {
        format!(
            r#"<rect class="{}" x="{left:.1}" y="3" width="{width:.1}" height="10"/>"#,
            colour(&row.service)
        )
    });
    let path = path.of_row(index, scale, 15);
    let path = if path.is_empty() {
        path
    } else {
        format!(r#"<path d="{path}"/>"#)
    };
    let failed = if row.error.is_some() { " failed" } else { "" };
    svg(failed, &format!("{rect}{path}"))
}

/// From the first start of folded spans to their last end.
pub fn of_fold(fold: &Fold, service: &str, scale: Scale) -> String {
    let place = fold.ran.and_then(|(start, end)| scale.place(start, end - start));
    let rect = place.map_or_else(String::new, |(left, width)| {
        format!(
            r#"<rect class="{}" x="{left:.1}" y="6" width="{width:.1}" height="4"/>"#,
            colour(service)
        )
    });
    svg(if fold.failed > 0 { " failed" } else { "" }, &rect)
}

fn svg(failed: &str, inside: &str) -> String {
    format!(
        r#"<svg class="bar{failed}" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">{inside}</svg>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_pieces_are_joined_where_they_are_nearest() {
        let few = [(0.0, 10.0), (20.0, 10.0)];
        assert_eq!(
            drawn(few.into_iter(), 15, 4, 40),
            "M0.0 15h10.0v4H0.0zM20.0 15h10.0v4H20.0z"
        );
        let many = (0..500).map(|at| (2.0 * f64::from(at), 0.9));
        assert!(drawn(many, 15, 4, 40).matches('M').count() <= 40);
    }
}
