//! Where each service stands: callers left of those that they call, and neighbours near each other.

use std::collections::{BTreeMap, BTreeSet};

use zipkin::DependencyLink;

/// Rounds in which neighbours are moved near each other.
const ROUNDS: usize = 6;

/// Columns and rows of services, from the left and from the top.
pub struct Places {
    columns: Vec<Vec<String>>,
}

impl Places {
    /// Finds a place for each service of the links.
    pub fn of(links: &[DependencyLink]) -> Self {
        let names: BTreeSet<&str> = links
            .iter()
            .flat_map(|link| [link.parent.as_str(), link.child.as_str()])
            .collect();
        let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for link in links.iter().filter(|link| link.parent != link.child) {
            below.entry(&link.parent).or_default().push(&link.child);
        }
        let depths = depths(&names, &below);
        let mut columns: Vec<Vec<&str>> = Vec::new();
        for name in &names {
            let depth = depths.get(name).copied().unwrap_or_default();
            columns.resize_with(columns.len().max(depth + 1), Vec::new);
            columns
                .get_mut(depth)
                .into_iter()
                .for_each(|column| column.push(name));
        }
        for _ in 0..ROUNDS {
            settle(&mut columns, links);
        }
        let owned = |column: Vec<&str>| column.into_iter().map(str::to_owned).collect();
        Self {
            columns: columns.into_iter().map(owned).collect(),
        }
    }

    /// Columns, and the rows of the longest.
    pub fn size(&self) -> (usize, usize) {
        let rows = self.columns.iter().map(Vec::len).max();
        (self.columns.len(), rows.unwrap_or_default())
    }

    /// Each service with its column and its row; shorter columns stand in the middle.
    pub fn each(&self) -> impl Iterator<Item = (&str, usize, f64)> {
        let (_, rows) = self.size();
        self.columns.iter().enumerate().flat_map(move |(column, names)| {
            let above = (rows - names.len()) as f64 / 2.0;
            names
                .iter()
                .enumerate()
                .map(move |(row, name)| (name.as_str(), column, above + row as f64))
        })
    }
}

/// The longest way to each service from one that nobody calls. A link that closes a ring is left out.
fn depths<'a>(
    names: &BTreeSet<&'a str>,
    below: &BTreeMap<&'a str, Vec<&'a str>>,
) -> BTreeMap<&'a str, usize> {
    let called: BTreeSet<&str> = below.values().flatten().copied().collect();
    let (first, others): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| !called.contains(*name));
    let mut order = Vec::new();
    let mut is_open: BTreeMap<&str, bool> = BTreeMap::new();
    let mut forward: BTreeSet<(&str, &str)> = BTreeSet::new();
    for start in first.into_iter().chain(others) {
        // Depth first, without recursion: a chain may be long.
        let mut path = vec![(start, 0)];
        if is_open.contains_key(start) {
            continue;
        }
        is_open.insert(start, true);
        while let Some((name, next)) = path.pop() {
            let children = below.get(name).map(Vec::as_slice).unwrap_or_default();
            let Some(&child) = children.get(next) else {
                is_open.insert(name, false);
                order.push(name);
                continue;
            };
            path.push((name, next + 1));
            match is_open.get(child) {
                Some(true) => {}
                Some(false) => _ = forward.insert((name, child)),
                None => {
                    forward.insert((name, child));
                    is_open.insert(child, true);
                    path.push((child, 0));
                }
            }
        }
    }
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for name in order.into_iter().rev() {
        let depth = depths.entry(name).or_default().to_owned();
        for child in below
            .get(name)
            .into_iter()
            .flatten()
            .filter(|child| forward.contains(&(name, **child)))
        {
            let known = depths.entry(child).or_default();
            *known = (*known).max(depth + 1);
        }
    }
    depths
}

/// Sorts each column by the middle of those that its services call or are called by.
fn settle(columns: &mut [Vec<&str>], links: &[DependencyLink]) {
    let mut rows: BTreeMap<&str, f64> = BTreeMap::new();
    for column in columns.iter() {
        let middle = column.len() as f64 / 2.0;
        rows.extend(
            column
                .iter()
                .enumerate()
                .map(|(row, &name)| (name, row as f64 - middle)),
        );
    }
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for link in links.iter().filter(|link| link.parent != link.child) {
        for (of, other) in [(&link.parent, &link.child), (&link.child, &link.parent)] {
            let row = rows.get(other.as_str()).copied().unwrap_or_default();
            let sum = sums.entry(of).or_default();
            *sum = (sum.0 + row, sum.1 + 1.0);
        }
    }
    let middle = |name: &str| sums.get(name).map_or(0.0, |(sum, count)| sum / count);
    for column in columns {
        column.sort_by(|one, other| middle(one).total_cmp(&middle(other)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(pairs: &[(&str, &str)]) -> Vec<Vec<String>> {
        let link = |(parent, child): &(&str, &str)| DependencyLink {
            parent: (*parent).to_owned(),
            child: (*child).to_owned(),
            call_count: 1,
            error_count: 0,
        };
        let mut columns = Places::of(&pairs.iter().map(link).collect::<Vec<_>>()).columns;
        columns.iter_mut().for_each(|column| column.sort());
        columns
    }

    #[test]
    fn callers_stand_left_of_those_that_they_call() {
        assert_eq!(
            columns(&[("b", "c"), ("a", "b"), ("a", "c")]),
            [["a"], ["b"], ["c"]]
        );
        assert_eq!(columns(&[("a", "b"), ("a", "c")]), [vec!["a"], vec!["b", "c"]]);
    }

    #[test]
    fn rings_and_loops_end() {
        assert_eq!(columns(&[("a", "b"), ("b", "a")]), [["a"], ["b"]]);
        assert_eq!(columns(&[("a", "a")]), [["a"]]);
        assert_eq!(
            columns(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a")]),
            [["x"], ["a"], ["b"], ["c"]]
        );
    }
}
