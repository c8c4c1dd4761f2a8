//! The positions of all traces.

use std::collections::HashMap;

use super::{
    comparison::{Position, Root, root_in_words},
    median::median,
    set::Set,
};
use crate::{
    Kind, Language, Row, Waterfall,
    analysis::{
        critical,
        kin::Kin,
        says::{self, Part},
    },
};

/// The positions of all traces.
#[derive(Default)]
pub(super) struct Places {
    ids: HashMap<(Option<usize>, String, Option<Kind>, String), usize>,
    pub(super) found: Vec<Place>,
}

pub(super) struct Place {
    pub(super) id: usize,
    /// The position without ancestors that it is below, or is itself.
    pub(super) root: usize,
    spent: Part,
    pub(super) service: String,
    pub(super) name: String,
    pub(super) depth: usize,
}

impl Places {
    pub(super) fn add(&mut self, trace: &Waterfall, set: &mut Set) {
        let kin = Kin::of(trace);
        let path = critical::walk(&kin);
        if path.is_empty() {
            return;
        }
        let mut place_of: Vec<usize> = Vec::with_capacity(kin.rows.len());
        for (index, row) in kin.rows.iter().enumerate() {
            let above = row.parent.and_then(|parent| place_of.get(parent).copied());
            place_of.push(self.place(&kin, index, row, above));
        }
        let Some(&root) = place_of.first() else {
            return;
        };
        // The path runs below the first root alone, and so do the positions.
        let below = place_of.iter().filter(|&&place| self.root(place) == Some(root));
        let mut times: HashMap<usize, u64> = below.map(|&place| (place, 0)).collect();
        for segment in &path {
            if let Some(time) = place_of.get(segment.row).and_then(|place| times.get_mut(place)) {
                *time += segment.duration_us;
            }
        }
        let whole = path.iter().map(|segment| segment.duration_us).sum();
        set.by_root.entry(root).or_default().push(whole);
        for (place, time) in times {
            set.by_place.entry(place).or_default().push(time);
        }
    }

    fn root(&self, place: usize) -> Option<usize> {
        self.found.get(place).map(|place| place.root)
    }

    fn place(&mut self, kin: &Kin<'_>, index: usize, row: &Row, above: Option<usize>) -> usize {
        let key = (above, row.service.clone(), row.kind, row.name.clone());
        let next = self.found.len();
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            let root = above.and_then(|above| self.root(above)).unwrap_or(id);
            self.found.push(Place {
                id,
                root,
                spent: spent(kin, index, row),
                service: row.service.clone(),
                name: row.name.clone(),
                depth: row.depth,
            });
        }
        id
    }
}

impl Place {
    pub(super) fn position(&self, before: &Set, after: &Set) -> Position {
        let [before_us, after_us] = [before, after].map(|set| set.median(self.root, self.id));
        let signed = |time: Option<u64>| i64::try_from(time.unwrap_or_default()).unwrap_or(i64::MAX);
        Position {
            what: says::position(&self.spent, &self.name, Language::English),
            service: self.service.clone(),
            name: self.name.clone(),
            depth: self.depth,
            before_us,
            after_us,
            difference_us: signed(after_us) - signed(before_us),
            spent: self.spent.clone(),
            is_guilty: false,
        }
    }

    /// As a root: nothing where no trace begins with it.
    pub(super) fn as_root(&self, before: &Set, after: &Set) -> Option<Root> {
        let [before, after] = [before, after].map(|set| set.wholes(self.id));
        let is_one = self.root == self.id && before.len() + after.len() > 0;
        let named = [self.service.clone(), self.name.clone()];
        is_one.then(|| Root {
            what: root_in_words(&named, Language::English),
            before: before.len(),
            after: after.len(),
            before_us: median(before),
            after_us: median(after),
            named,
        })
    }
}

fn spent(kin: &Kin<'_>, index: usize, row: &Row) -> Part {
    let service = row.service.clone();
    if row.kind != Some(Kind::Client) {
        return Part::Work(service);
    }
    match kin.only_server(index) {
        Some((_, server)) => Part::Network(service, server.service.clone()),
        None => Part::WaitFor(service, kin.callee(index).to_owned()),
    }
}
