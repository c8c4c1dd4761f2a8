//! Texts that fit into a column, with names from anywhere made harmless.

pub use expect::columns::{pad, pad_left, width};
pub use output::clean;

use expect::columns::{self, cut};

/// The text in lines of at most so many columns, the first of them after a mark; a word that is longer than a line is cut.
pub fn wrap(text: &str, mark: &str, columns: usize) -> Vec<String> {
    let lines = columns::wrap(text, mark, columns);
    lines.iter().map(|line| cut(line, columns)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_longer_than_a_line_is_cut() {
        assert_eq!(wrap("longerthanaline and", "", 8), ["longert…", "and"]);
    }
}
