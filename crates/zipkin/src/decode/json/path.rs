//! The way to a place in a text: `$[0].tags.http.method`.

use std::borrow::Cow;

use super::reader::Reader;

/// As deep as a path goes. gson opens no more than this.
const MAX_DEPTH: usize = 255;

/// A list or an object that is open at some place, and the part of it that was read.
enum Step<'a> {
    /// A list, and how many lists or objects in it were closed.
    Item(usize),
    /// An object, and the last key.
    Key(Cow<'a, str>),
}

/// The path to a place up to which the text is well-formed.
pub(super) fn path(text: &str, place: usize) -> String {
    let mut path = String::from("$");
    for step in steps(text.get(..place).unwrap_or_default()) {
        match step {
            Step::Item(index) => path.push_str(&format!("[{index}]")),
            Step::Key(key) => path.extend([".", &key]),
        }
    }
    path
}

/// The steps of a path. Those that are deeper are counted alone: a body of brackets would take thirty times its bytes.
fn steps(text: &str) -> Vec<Step<'_>> {
    let mut reader = Reader::new(text);
    let (mut steps, mut deeper) = (Vec::new(), 0);
    let mut before = b' ';
    while let Ok(byte) = reader.peek() {
        reader.at += 1;
        match byte {
            b'[' | b'{' if steps.len() == MAX_DEPTH => deeper += 1,
            b'[' => steps.push(Step::Item(0)),
            b'{' => steps.push(Step::Key("".into())),
            b']' | b'}' if deeper > 1 => deeper -= 1,
            b']' | b'}' => {
                match deeper {
                    0 => _ = steps.pop(),
                    _ => deeper = 0,
                }
                if let Some(Step::Item(index)) = steps.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                let text = reader.rest_of_text().unwrap_or_default();
                if let (0, b'{' | b',', Some(Step::Key(key))) = (deeper, before, steps.last_mut()) {
                    *key = text;
                }
            }
            _ => {}
        }
        before = byte;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_at_its_depth_and_takes_no_room_below_it() {
        let path_of = |text: &str| path(text, text.len());
        let top = format!("${}", "[0]".repeat(254));
        for (below, last) in [
            ("", "[0]"),
            // One level more, open and closed; then two, the upper of which is open.
            ("[", "[0]"),
            ("[]", "[1]"),
            (r#"[],{"a":["#, "[1]"),
            (r#"{"a":[{"b":1}]},"#, "[1]"),
        ] {
            let text = "[".repeat(MAX_DEPTH) + below;
            assert_eq!(path_of(&text), top.clone() + last, "{below}");
        }
        let key = format!(r#"{}{{"a":{{"b":1,"c":[{{}}]}},"d":"#, "[".repeat(MAX_DEPTH - 1));
        assert_eq!(path_of(&key), top + ".d");
        assert_eq!(steps(&"[".repeat(1_000_000)).len(), MAX_DEPTH);
    }
}
