//! The lines that a process wrote, as far as a lesson's service writes any.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// More lines than these are no lesson's.
const MOST_LINES: usize = 20_000;

/// More bytes than these are no lesson's.
const MOST_BYTES: usize = 16 << 20;

/// A longer line is cut.
const LONGEST_LINE: usize = 64 * 1024;

/// Lines on both outputs, in the order in which they were read.
#[derive(Debug, Default)]
pub struct Written {
    lines: Mutex<Vec<String>>,
    bytes: AtomicUsize,
}

impl Written {
    /// Whether it is more than any lesson's service writes. What comes then is read and forgotten.
    pub fn is_flood(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > MOST_BYTES || self.lines().len() >= MOST_LINES
    }

    /// The lines so far, which are then gone.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines())
    }

    fn keep(&self, line: &[u8], heard: &impl Fn(&str)) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        heard(&line);
        self.lines().push(line);
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads to the end, with an ear for each line.
pub async fn read(pipe: impl AsyncRead + Unpin, written: Arc<Written>, heard: impl Fn(&str)) {
    let (mut reader, mut line) = (BufReader::new(pipe), Vec::new());
    while let Ok(chunk) = reader.fill_buf().await {
        let length = chunk.len();
        if length == 0 {
            break;
        }
        written.bytes.fetch_add(length, Ordering::Relaxed);
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            if written.is_flood() {
                break;
            }
            let room = LONGEST_LINE.saturating_sub(line.len());
            line.extend(piece.iter().take(room));
            if piece.ends_with(b"\n") {
                written.keep(&line, &heard);
                line.clear();
            }
        }
        reader.consume(length);
    }
    if !line.is_empty() && !written.is_flood() {
        written.keep(&line, &heard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_read_however_they_end() {
        let written = Arc::new(Written::default());
        let long = "x".repeat(LONGEST_LINE + 10);
        let text = format!("one\r\n\ntwo\n{long}\nlast");
        read(text.as_bytes(), written.clone(), |_| ()).await;
        let long = "x".repeat(LONGEST_LINE);
        assert!(!written.is_flood());
        assert_eq!(written.take(), ["one", "", "two", long.as_str(), "last"]);
    }

    #[tokio::test]
    async fn a_flood_is_read_and_forgotten() {
        for text in ["\n".repeat(MOST_LINES * 2), "x".repeat(MOST_BYTES + 1)] {
            let written = Arc::new(Written::default());
            read(text.as_bytes(), written.clone(), |_| ()).await;
            assert!(written.is_flood());
            assert!(written.take().len() <= MOST_LINES);
        }
    }
}
