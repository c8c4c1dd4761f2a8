//! The assignment of actual to expected spans: a matching of a bipartite graph, found along augmenting paths, so that
//! siblings that are alike never make it exponential.

use super::work::Work;
use crate::count::Count;

/// The expected span for each actual one.
#[derive(Debug)]
pub struct Assignment {
    /// By actual span.
    pub owner: Vec<Option<usize>>,
    /// The number of actual spans that an expected one has.
    pub load: Vec<usize>,
}

/// Gives each expected span its least number of actual ones, as far as that can be, and then each actual span that fits any
/// expected one to one of them. `fits` has, for each actual span, the expected ones that it fits. Spans that are alike are
/// taken in their order.
pub fn assign(counts: &[Count], fits: &[Vec<usize>], work: &mut Work) -> Assignment {
    let mut search = Search {
        counts,
        fits,
        fitting: fitting(counts.len(), fits),
        found: Assignment {
            owner: vec![None; fits.len()],
            load: vec![0; counts.len()],
        },
    };
    for (expected, count) in counts.iter().enumerate() {
        for _ in 0..count.min.min(fits.len()) {
            if !search.give(expected, work) {
                break;
            }
        }
    }
    let mut is_dead = vec![false; counts.len()];
    for actual in 0..fits.len() {
        search.place(actual, &mut is_dead, work);
    }
    search.found
}

/// The actual spans that fit each expected one.
fn fitting(expected: usize, fits: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut fitting = vec![Vec::new(); expected];
    for (actual, fits) in fits.iter().enumerate() {
        for &expected in fits {
            if let Some(list) = fitting.get_mut(expected) {
                list.push(actual);
            }
        }
    }
    fitting
}

struct Search<'a> {
    counts: &'a [Count],
    fits: &'a [Vec<usize>],
    fitting: Vec<Vec<usize>>,
    found: Assignment,
}

impl Search<'_> {
    /// One actual span more for an expected one; others may have to give one up, and get another.
    fn give(&mut self, expected: usize, work: &mut Work) -> bool {
        let mut queue = vec![expected];
        // By which expected span an actual one was reached, and by which actual one an expected one.
        let mut by_expected = vec![None; self.fits.len()];
        let mut by_actual = vec![None; self.counts.len()];
        let mut next = 0;
        while let Some(&from) = queue.get(next) {
            next += 1;
            let fitting = self.fitting.get(from).map_or(&[] as &[usize], Vec::as_slice);
            if !work.take(fitting.len()) {
                return false;
            }
            for &actual in fitting {
                let Some(reached @ None) = by_expected.get_mut(actual) else {
                    continue;
                };
                *reached = Some(from);
                match self.owner(actual) {
                    None => {
                        self.hand_over(actual, expected, &by_expected, &by_actual);
                        return true;
                    }
                    Some(owner) if owner != expected => {
                        if let Some(reached @ None) = by_actual.get_mut(owner) {
                            *reached = Some(actual);
                            queue.push(owner);
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        false
    }

    /// From the free actual span back to the expected one that asked.
    fn hand_over(
        &mut self,
        mut actual: usize,
        asked: usize,
        by_expected: &[Option<usize>],
        by_actual: &[Option<usize>],
    ) {
        if let Some(load) = self.found.load.get_mut(asked) {
            *load += 1;
        }
        while let Some(expected) = by_expected.get(actual).copied().flatten() {
            self.set_owner(actual, expected);
            if expected == asked {
                return;
            }
            match by_actual.get(expected).copied().flatten() {
                Some(given_up) => actual = given_up,
                None => return,
            }
        }
    }

    /// A place for an actual span at an expected one that still has room. Expected spans from which no room was reached never
    /// lead to any again.
    fn place(&mut self, actual: usize, is_dead: &mut [bool], work: &mut Work) {
        if self.owner(actual).is_some() {
            return;
        }
        let mut queue = vec![actual];
        let mut by_actual = vec![None; self.counts.len()];
        let mut next = 0;
        while let Some(&from) = queue.get(next) {
            next += 1;
            let fits = self.fits.get(from).map_or(&[] as &[usize], Vec::as_slice);
            let is_new =
                |by_actual: &[Option<usize>], expected: usize| by_actual.get(expected) == Some(&None);
            let room = fits
                .iter()
                .find(|&&each| is_new(&by_actual, each) && self.has_room(each));
            if let Some(&expected) = room {
                if let Some(reached) = by_actual.get_mut(expected) {
                    *reached = Some(from);
                }
                self.move_on(expected, actual, &by_actual);
                return;
            }
            for &expected in fits {
                if !is_new(&by_actual, expected) || is_dead.get(expected) == Some(&true) {
                    continue;
                }
                if let Some(reached) = by_actual.get_mut(expected) {
                    *reached = Some(from);
                }
                let fitting = self.fitting.get(expected).map_or(&[] as &[usize], Vec::as_slice);
                if !work.take(fitting.len()) {
                    return;
                }
                queue.extend(
                    fitting
                        .iter()
                        .filter(|&&other| self.owner(other) == Some(expected)),
                );
            }
        }
        for (is_dead, _) in is_dead
            .iter_mut()
            .zip(by_actual)
            .filter(|(_, reached)| reached.is_some())
        {
            *is_dead = true;
        }
    }

    /// From the expected span with room back to the actual one that needs a place.
    fn move_on(&mut self, mut expected: usize, needs: usize, by_actual: &[Option<usize>]) {
        if let Some(load) = self.found.load.get_mut(expected) {
            *load += 1;
        }
        while let Some(actual) = by_actual.get(expected).copied().flatten() {
            let before = self.owner(actual);
            self.set_owner(actual, expected);
            match before {
                Some(before) if actual != needs => expected = before,
                _ => return,
            }
        }
    }

    fn owner(&self, actual: usize) -> Option<usize> {
        self.found.owner.get(actual).copied().flatten()
    }

    fn set_owner(&mut self, actual: usize, expected: usize) {
        if let Some(owner) = self.found.owner.get_mut(actual) {
            *owner = Some(expected);
        }
    }

    fn has_room(&self, expected: usize) -> bool {
        let load = self.found.load.get(expected).copied().unwrap_or_default();
        self.counts
            .get(expected)
            .is_some_and(|count| !count.is_over(load + 1))
    }
}

#[cfg(test)]
mod tests;
