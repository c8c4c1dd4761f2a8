//! Rows that fit the terminal, whatever colours they have.

use crate::draw::text::width;

/// The row, or its beginning with an ellipsis: a terminal that cuts by itself lets the rest stand over the last column.
pub fn cut(row: &str, columns: usize) -> String {
    if visible(row) <= columns {
        return row.to_owned();
    }
    let (mut shown, mut used) = (String::new(), 1); // the ellipsis
    for (text, is_escape) in pieces(row) {
        if !is_escape {
            used += width(text);
            if used > columns {
                break;
            }
        }
        shown.push_str(text);
    }
    let end = if row.contains('\x1b') { "\x1b[0m" } else { "" };
    let ellipsis = if columns > 0 { "…" } else { "" };
    format!("{shown}{ellipsis}{end}")
}

/// Columns without those of colours.
fn visible(row: &str) -> usize {
    let texts = pieces(row).filter(|(_, is_escape)| !is_escape);
    texts.map(|(text, _)| width(text)).sum()
}

/// Colours (`ESC […m`) as they are, and all else character by character.
fn pieces(row: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = row;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_escape = first == '\x1b';
        let end = if is_escape {
            rest.find('m').map(|at| at + 1)
        } else {
            None
        };
        let (piece, after) = rest.split_at_checked(end.unwrap_or(first.len_utf8()))?;
        rest = after;
        Some((piece, is_escape))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{Paint, RED};

    #[test]
    fn a_row_is_cut_by_what_is_seen_of_it() {
        let painted = Paint(true).style(RED, "한국어 text");
        assert_eq!(cut("한국어 text", 11), "한국어 text");
        assert_eq!(cut("한국어 text", 8), "한국어 …");
        assert_eq!(cut("한국어 text", 7), "한국어…");
        assert_eq!(cut("한국어", 4), "한…");
        assert_eq!(cut(&painted, 11), painted);
        let shown = cut(&painted, 8);
        assert!(
            shown.contains("한국어 …") && shown.ends_with("\x1b[0m"),
            "{shown:?}"
        );
        assert_eq!((cut("abc", 1), cut("abc", 0)), ("…".into(), String::new()));
    }
}
