//! The known name that was probably meant.

/// The known name with the fewest edits, where these are few.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: String = name.chars().take(40).flat_map(char::to_lowercase).collect();
    let distances = known
        .iter()
        .map(|known| (distance(&name, &known.to_lowercase()), *known));
    let (distance, near) = distances.min()?;
    (distance <= near.len().div_ceil(3).max(1)).then_some(near)
}

/// Letters to insert, delete, replace, or swap with their neighbour (Damerau–Levenshtein without nesting).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let at = |list: &[usize], place: usize| list.get(place).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter != against);
            let edited = at(&last, column + 1).min(at(&next, column)) + 1;
            let is_swap = row > 0
                && column > 0
                && one.get(row - 1) == Some(against)
                && other.get(column - 1) == Some(letter);
            let swapped = if is_swap {
                at(&before, column - 1) + 1
            } else {
                usize::MAX
            };
            next.push(replaced.min(edited).min(swapped));
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_slip_is_found() {
        let known = ["service", "name", "kind", "children", "count"];
        for (name, near) in [
            ("nmae", Some("name")),
            ("Service", Some("service")),
            ("childs", Some("children")),
            ("chidlren", Some("children")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &known), near, "{name}");
        }
    }
}
