//! Log lines from a file that the services may still write.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::PathBuf,
    str::FromStr,
};

use anyhow::Context as _;
use expect::LogLine;
use zipkin::TraceId;

/// More of a file is not read.
const MOST: u64 = 256 << 20;

/// So many lines of one trace are kept.
const MAX_LINES: usize = 100_000;

/// A file with log lines.
#[derive(Clone, Debug)]
pub struct Lines(PathBuf);

impl FromStr for Lines {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, String> {
        let path = PathBuf::from(path);
        match File::open(&path) {
            Ok(_) => Ok(Self(path)),
            Err(error) => Err(format!("the file cannot be read: {error}")),
        }
    }
}

impl Lines {
    /// The lines of one trace so far.
    pub fn of(&self, id: TraceId) -> anyhow::Result<Vec<LogLine>> {
        let cannot = || format!("{} cannot be read", self.0.display());
        let file = File::open(&self.0).with_context(cannot)?;
        let mut reader = BufReader::new(file).take(MOST);
        let (mut lines, mut bytes, digits) = (Vec::new(), Vec::new(), id.to_string());
        while lines.len() < MAX_LINES {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes).with_context(cannot)? == 0 {
                break;
            }
            let line = LogLine::read(&String::from_utf8_lossy(&bytes));
            lines.extend(line.filter(|line| line.is_of(&digits)));
        }
        Ok(lines)
    }
}
