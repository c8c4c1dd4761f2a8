//! Where a path is in a JSON text that has been read already, and so is known to be JSON.

use super::reader::Step;

/// Line and column, from 1, of the value that the path leads to, or of the name of a last member that is a field.
pub fn of(text: &str, steps: &[Step]) -> (usize, usize) {
    let mut scan = Scan { text, at: 0 };
    let at = scan.find(steps).unwrap_or_default();
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    let line = before.matches('\n').count() + 1;
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn find(&mut self, steps: &[Step]) -> Option<usize> {
        self.space();
        let Some((step, rest)) = steps.split_first() else {
            return Some(self.at);
        };
        self.at += 1; // the bracket
        let mut index = 0;
        loop {
            self.space();
            match step {
                Step::Key(wanted) => {
                    let start = self.at;
                    let key = self.skip();
                    let key: Option<String> = self
                        .text
                        .get(start..key)
                        .and_then(|key| serde_json::from_str(key).ok());
                    self.space();
                    self.at += 1; // the colon
                    if key.as_ref() == Some(wanted) {
                        return if rest.is_empty() {
                            Some(start)
                        } else {
                            self.find(rest)
                        };
                    }
                }
                Step::Index(wanted) if index == *wanted => return self.find(rest),
                Step::Index(_) => index += 1,
            }
            self.space();
            self.skip();
            self.space();
            (self.next()? == b',').then_some(())?;
            self.at += 1;
        }
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.next().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Skips one value, and says where it ends.
    fn skip(&mut self) -> usize {
        let mut depth = 0_usize;
        while let Some(byte) = self.next() {
            match byte {
                b'"' => self.skip_text(),
                b'{' | b'[' => (depth, self.at) = (depth + 1, self.at + 1),
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => (depth, self.at) = (depth - 1, self.at + 1),
                b',' | b':' if depth == 0 => break,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        self.at
    }

    fn skip_text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.next() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }
}
