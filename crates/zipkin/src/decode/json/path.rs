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
    for step in steps(text.get(..place).unwrap_or_default())
        .iter()
        .take(MAX_DEPTH)
    {
        match step {
            Step::Item(index) => path.push_str(&format!("[{index}]")),
            Step::Key(key) => path.extend([".", key]),
        }
    }
    path
}

fn steps(text: &str) -> Vec<Step<'_>> {
    let mut reader = Reader::new(text);
    let mut steps = Vec::new();
    let mut before = b' ';
    while let Ok(byte) = reader.peek() {
        reader.at += 1;
        match byte {
            b'[' => steps.push(Step::Item(0)),
            b'{' => steps.push(Step::Key("".into())),
            b']' | b'}' => {
                steps.pop();
                if let Some(Step::Item(index)) = steps.last_mut() {
                    *index += 1;
                }
            }
            b'"' => {
                let text = reader.rest_of_text().unwrap_or_default();
                if let (b'{' | b',', Some(Step::Key(key))) = (before, steps.last_mut()) {
                    *key = text;
                }
            }
            _ => {}
        }
        before = byte;
    }
    steps
}
