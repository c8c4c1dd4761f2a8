//! The chosen rows with their ancestors. Of a long way up, both ends are chosen.

use zipkin::Waterfall;

/// The nearest ancestors of a row.
const NEAREST: usize = 8;

/// The ancestors at the far end.
const FARTHEST: usize = 4;

/// Rows to show.
pub struct Chosen<'a> {
    trace: &'a Waterfall,
    inside: &'a [bool],
    is_chosen: Vec<bool>,
    /// Rows from which somebody went up before: their ancestors are chosen, as far as they are to be.
    is_walked: Vec<bool>,
    count: usize,
}

impl<'a> Chosen<'a> {
    /// None yet; of these that are inside of a range.
    pub fn new(trace: &'a Waterfall, inside: &'a [bool]) -> Self {
        Self {
            trace,
            inside,
            is_chosen: vec![false; trace.rows.len()],
            is_walked: vec![false; trace.rows.len()],
            count: 0,
        }
    }

    /// Whether the row is shown.
    pub fn has(&self, row: usize) -> bool {
        self.is_chosen.get(row).copied().unwrap_or_default()
    }

    /// Whether the row, or one below it, is inside of the range.
    pub fn is_inside(&self, row: usize) -> bool {
        self.inside.get(row).copied().unwrap_or_default()
    }

    /// Chosen rows before each row, and all of them at last.
    pub fn sums(&self) -> Vec<usize> {
        let mut sums = vec![0];
        let mut so_far = 0;
        for is_chosen in &self.is_chosen {
            so_far += usize::from(*is_chosen);
            sums.push(so_far);
        }
        sums
    }

    /// Chooses a row and its ancestors, as long as not more than so many are chosen then. Says whether the row is shown, or
    /// is outside of the range.
    pub fn add(&mut self, row: usize, most: usize) -> bool {
        if !self.is_inside(row) || self.has(row) {
            return true;
        }
        if self.count >= most {
            return false;
        }
        let mut way = vec![row];
        let mut above = self.parent(row);
        while let Some(index) = above.filter(|&index| !self.has(index) && !self.was_walked(index)) {
            way.push(index);
            above = self.parent(index);
        }
        let far = way.len().saturating_sub(FARTHEST);
        let ends = |place: usize| place <= NEAREST || place >= far;
        let kept: Vec<usize> = (0..)
            .zip(&way)
            .filter(|(place, _)| ends(*place))
            .map(|(_, &row)| row)
            .collect();
        if self.count + kept.len() > most {
            return false;
        }
        self.count += kept.len();
        for index in way {
            set(&mut self.is_walked, index);
        }
        for index in kept {
            set(&mut self.is_chosen, index);
        }
        true
    }

    fn parent(&self, row: usize) -> Option<usize> {
        self.trace.rows.get(row)?.parent
    }

    fn was_walked(&self, row: usize) -> bool {
        self.is_walked.get(row).copied().unwrap_or_default()
    }
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}
