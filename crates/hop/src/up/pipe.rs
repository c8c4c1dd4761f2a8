//! The lines of a child, read one by one: none is longer than a bound.

use std::{io, sync::Arc};

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

use crate::up::lines::Lines;

/// Longer lines are cut. A thousand lines are held until the first screen is shown.
const LONGEST: u64 = 64 * 1024;

/// Reads until the pipe closes.
pub async fn read(index: usize, service: &'static str, pipe: impl AsyncRead + Unpin, lines: Arc<Lines>) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while let Ok(true) = next(&mut pipe, &mut line).await {
        let text = String::from_utf8_lossy(&line);
        lines.take(index, service, text.trim_end_matches(['\r', '\n']));
    }
}

/// The next line, cut where it is too long; false at the end.
async fn next(pipe: &mut (impl AsyncBufRead + Unpin), line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    if !part(pipe, line).await? {
        return Ok(!line.is_empty());
    }
    let (mut skipped, mut goes_on) = (Vec::new(), true);
    while goes_on {
        skipped.clear();
        goes_on = part(pipe, &mut skipped).await?;
    }
    line.extend("…".as_bytes());
    Ok(true)
}

/// As much of a line as is read at once; whether it goes on.
async fn part(pipe: &mut (impl AsyncBufRead + Unpin), bytes: &mut Vec<u8>) -> io::Result<bool> {
    let read = pipe.take(LONGEST).read_until(b'\n', bytes).await?;
    Ok(read as u64 == LONGEST && bytes.last() != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_line_is_cut_and_the_next_one_read() {
        let longest = usize::try_from(LONGEST).unwrap();
        let long = "x".repeat(5 * longest);
        let fits = "y".repeat(longest - 1);
        let input = format!("{long}\nshort\r\n\n{fits}\nthe end");
        let mut input = input.as_bytes();
        let mut line = Vec::new();
        let mut read = Vec::new();
        while next(&mut input, &mut line).await.unwrap() {
            read.push(String::from_utf8(line.clone()).unwrap());
        }
        let cut = format!("{}…", "x".repeat(longest));
        assert_eq!(read, [&cut, "short\r\n", "\n", &format!("{fits}\n"), "the end"]);
    }
}
