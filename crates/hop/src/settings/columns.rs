//! Help in the columns of a terminal: clap breaks lines only with two more crates.

use expect::columns;

/// A terminal has 80 columns unless someone made it larger.
const COLUMNS: usize = 80;

/// A text that would begin further to the right has a line of its own.
const FURTHEST: usize = 40;

/// Where it begins then.
const OWN_LINE: usize = 10;

/// Breaks lines that are too long, below where their text begins. A command stays whole: half of it would be another one.
pub fn fit(help: &str) -> String {
    let lines: Vec<String> = help.lines().map(line).collect();
    let end = if help.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

fn line(line: &str) -> String {
    if width(line) <= COLUMNS {
        return line.to_owned();
    }
    let (head, rest, indent) = parts(line);
    if rest.is_empty() {
        return line.to_owned();
    }
    let mut lines = vec![head.to_owned()];
    if indent == OWN_LINE && !head.trim().is_empty() {
        lines.push(" ".repeat(indent));
    }
    for word in rest.split(' ') {
        let last = lines.last_mut();
        let is_full = last.as_ref().is_some_and(|last| {
            let is_begun = width(last) > indent;
            is_begun && width(last) + 1 + width(word) > COLUMNS
        });
        match last.filter(|_| !is_full) {
            Some(last) => {
                let is_begun = width(last) > indent || !last.ends_with(' ') && !last.is_empty();
                last.push_str(if is_begun { " " } else { "" });
                last.push_str(word);
            }
            None => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
    }
    let trimmed: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    trimmed.join("\n")
}

/// The part that stays as it is, the text that may be broken, and the column below which it goes on.
fn parts(line: &str) -> (&str, &str, usize) {
    let lead = line.len() - line.trim_start().len();
    let body = line.get(lead..).unwrap_or_default();
    // Two spaces stand between a name or a command and what is said of it.
    let gap = body.find("  ").map(|at| {
        let after = body.get(at..).unwrap_or_default();
        lead + at + after.len() - after.trim_start().len()
    });
    let of = |at: usize, indent: usize| {
        let (head, rest) = line.split_at_checked(at).unwrap_or((line, ""));
        (head, rest, indent)
    };
    match gap {
        Some(at) => match width(line.get(..at).unwrap_or_default()) {
            column if column <= FURTHEST || lead < 4 && !body.starts_with('-') => of(at, column),
            _ => of(at, OWN_LINE),
        },
        // An example without a word about it.
        None if lead == 2 && !body.starts_with(['-', '<', '[']) => (line, "", lead),
        None => of(lead, lead),
    }
}

/// Columns of the text, without the escapes that colour it.
fn width(text: &str) -> usize {
    let mut pieces = text.split('\x1b');
    let first = pieces.next().map_or(0, columns::width);
    let painted = pieces.map(|piece| columns::width(piece.split_once('m').map_or("", |(_, shown)| shown)));
    first + painted.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_below_where_their_text_begins() {
        let help = "\
Usage: hop
      --json   Print JSON: one object for each kind of call, with all of its figures in microseconds
  hop trace 463ac35c --clocks corrected     and what was moved, by how much, in the end of it all
A paragraph that is longer than a terminal is wide, as paragraphs in all programs are by and by.
  hop call -H 'traceparent: 00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01' --json";
        let fitted = "\
Usage: hop
      --json   Print JSON: one object for each kind of call, with all of its
               figures in microseconds
  hop trace 463ac35c --clocks corrected     and what was moved, by how much, in
                                            the end of it all
A paragraph that is longer than a terminal is wide, as paragraphs in all
programs are by and by.
  hop call -H 'traceparent: 00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01' --json";
        assert_eq!(fit(help), fitted);
        assert_eq!(fit("a\n"), "a\n");
    }

    #[test]
    fn a_value_far_to_the_right_has_its_own_line() {
        let help = format!(
            "      --an-option-with-a-long-name <AND_A_VALUE>  {}",
            "word ".repeat(12)
        );
        let fitted = fit(&help);
        assert_eq!(
            fitted,
            format!(
                "      --an-option-with-a-long-name <AND_A_VALUE>\n          {}",
                "word ".repeat(12).trim_end()
            )
        );
    }

    #[test]
    fn colours_take_no_columns() {
        let help = format!("\x1b[1m{}\x1b[0m", "word ".repeat(16).trim_end());
        assert_eq!(fit(&help), help);
    }
}
