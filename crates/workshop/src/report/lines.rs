//! Texts as they are printed: wrapped, cut, chosen from, compared.

use expect::{Columns, columns::wrap};

/// Longer quotes than these are cut.
const QUOTE: usize = 400;

/// The text in lines that fit into a terminal.
pub fn wrapped(text: &str) -> String {
    let Columns(columns) = Columns::default();
    let lines = text.lines().flat_map(|line| {
        if line.is_empty() || line.starts_with(' ') || line.contains("://") {
            vec![line.to_owned()]
        } else {
            // A command stays in one line, where it can be copied.
            let whole = with_code(line, |code| code.replace(' ', "\u{a0}"));
            let lines = wrap(&whole, "", columns).into_iter();
            lines.map(|line| line.replace('\u{a0}', " ")).collect()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// So many of a list, from the first to the last, evenly.
pub fn chosen<T>(all: &[T], most: usize) -> impl Iterator<Item = &T> {
    let count = all.len().min(most);
    let last = (all.len().saturating_sub(1), count.saturating_sub(1).max(1));
    (0..count).filter_map(move |place| all.get(place * last.0 / last.1))
}

/// A line with its code, between backticks, changed.
fn with_code(line: &str, change: impl Fn(&str) -> String) -> String {
    let parts = line.split('`').enumerate();
    let parts = parts.map(|(place, part)| {
        if place % 2 == 1 {
            change(part)
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// A service's output, made harmless for a terminal, and no longer than a few rows.
pub fn quoted(text: &str) -> String {
    let clean = output::clean(text);
    match clean.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
        None => clean,
    }
}

/// The lines that differ, with those around them: `-` only in the first, `+` only in the second.
pub fn difference(first: &str, second: &str) -> String {
    let (first, second): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    // lengths[i][j]: the longest common list of lines from i and j on.
    let mut lengths = vec![vec![0_usize; second.len() + 1]; first.len() + 1];
    let at = |lengths: &[Vec<usize>], i: usize, j: usize| {
        lengths.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0)
    };
    for i in (0..first.len()).rev() {
        for j in (0..second.len()).rev() {
            let longest = if first.get(i) == second.get(j) {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(place) = lengths.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = longest;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < first.len() || j < second.len() {
        let (one, other) = (first.get(i), second.get(j));
        if one == other {
            lines.push(format!("  {}", one.unwrap_or(&"")));
            (i, j) = (i + 1, j + 1);
        } else if other.is_none() || (one.is_some() && at(&lengths, i + 1, j) >= at(&lengths, i, j + 1)) {
            lines.push(format!("- {}", one.unwrap_or(&"")));
            i += 1;
        } else {
            lines.push(format!("+ {}", other.unwrap_or(&"")));
            j += 1;
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_what_goes_and_what_comes() {
        assert_eq!(difference("a\nb\nc", "a\nx\nc\nd"), "  a\n- b\n+ x\n  c\n+ d");
        assert_eq!(difference("", "a"), "+ a");
    }

    #[test]
    fn requests_are_chosen_from_the_first_to_the_last() {
        let of = |count: usize| {
            let all: Vec<usize> = (0..count).collect();
            chosen(&all, 4).copied().collect::<Vec<usize>>()
        };
        assert_eq!(of(24), [0, 7, 15, 23]);
        assert_eq!(of(5), [0, 1, 2, 4]);
        assert_eq!((of(3), of(1), of(0)), (vec![0, 1, 2], vec![0], vec![]));
    }

    #[test]
    fn code_is_not_broken_at_the_end_of_a_line() {
        let text = "After three tries, and not before them, the command `cargo run -- workshop solution` shows ours.";
        let code = "`cargo run -- workshop solution`";
        assert!(
            wrapped(text).lines().any(|line| line.contains(code)),
            "{}",
            wrapped(text)
        );
        assert!(wrapped(text).lines().count() > 1);
    }

    #[test]
    fn a_quote_is_harmless_and_short() {
        assert!(quoted("\u{1b}[31m").starts_with("\\u{1b}"));
        assert_eq!(quoted(&"가".repeat(500)).chars().count(), QUOTE + 1);
    }
}
