//! Where lines are read from: standard input, or the files of a folder, which are read on as they grow. A thread of its own
//! reads; it ends with the process.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    thread,
    time::Duration,
};

use super::{line::Line, shelf::Lines};

/// Bytes of a line that are read; the rest is passed over.
const LONGEST: u64 = 64 << 10;

/// Files of a folder that are read.
const MAX_FILES: usize = 64;

/// The time between two looks at a folder.
const PAUSE: Duration = Duration::from_millis(500);

/// Where lines are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineSource {
    /// Standard input, to its end.
    Stdin,
    /// Files of this folder, not of those below it.
    Folder(PathBuf),
}

/// No place to read lines from.
#[derive(Debug, thiserror::Error)]
pub enum LineSourceError {
    /// Nothing was given.
    #[error("expected a folder of log files, or - for standard input")]
    Empty,
    /// The folder cannot be read.
    #[error("the folder of log files cannot be read: {0}")]
    Folder(#[from] io::Error),
    /// The path leads to something else.
    #[error(
        "this is no folder: its name is expected, or - for standard input (hop collector --logs - < FILE)"
    )]
    NoFolder,
}

impl FromStr for LineSource {
    type Err = LineSourceError;

    fn from_str(text: &str) -> Result<Self, LineSourceError> {
        match text.trim() {
            "" => Err(LineSourceError::Empty),
            "-" => Ok(Self::Stdin),
            folder if fs::metadata(folder)?.is_dir() => Ok(Self::Folder(folder.into())),
            _ => Err(LineSourceError::NoFolder),
        }
    }
}

impl LineSource {
    /// Reads for as long as the process lives. `ended`: standard input has no more lines.
    pub fn follow(self, lines: Arc<Lines>, ended: impl FnOnce(u64) + Send + 'static) -> io::Result<()> {
        let read = move || match self {
            Self::Stdin => ended(read_all(io::stdin().lock(), &lines, None).unwrap_or_default()),
            Self::Folder(folder) => {
                let mut files = Files::default();
                loop {
                    files.look(&folder, &lines);
                    thread::sleep(PAUSE);
                }
            }
        };
        thread::Builder::new()
            .name("log lines".into())
            .spawn(read)
            .map(drop)
    }
}

/// The place in each file up to which it was read.
#[derive(Default)]
struct Files(BTreeMap<PathBuf, u64>);

impl Files {
    /// Reads on. A file that is shorter than before was begun anew; one that cannot be read now may be later.
    fn look(&mut self, folder: &Path, lines: &Lines) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        let files = entries.flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = files.filter(|path| is_log(path)).collect();
        files.sort();
        files.truncate(MAX_FILES);
        self.0.retain(|path, _| files.contains(path));
        for path in files {
            let read = self.0.entry(path.clone()).or_default();
            *read = read_on(&path, *read, lines).unwrap_or(*read);
        }
    }
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.is_file() && !name.starts_with('.') && !name.ends_with(".gz")
}

/// Reads whole lines from here on, and says how far that was.
fn read_on(path: &Path, from: u64, lines: &Lines) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let from = if length < from { 0 } else { from };
    if length == from {
        return Ok(from);
    }
    file.seek(SeekFrom::Start(from))?;
    let source = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut input = BufReader::new(file.take(length - from));
    let mut read = from;
    let mut text = Vec::new();
    loop {
        let bytes = next(&mut input, &mut text)?;
        // The end of the last line is still to be written.
        if bytes == 0 || text.last() != Some(&b'\n') && text.len() < LONGEST as usize {
            return Ok(read);
        }
        read += bytes;
        keep(&text, lines, Some(&source));
    }
}

/// Reads to the end, and says how many lines there were.
fn read_all(mut input: impl BufRead, lines: &Lines, source: Option<&str>) -> io::Result<u64> {
    let (mut count, mut text) = (0, Vec::new());
    while next(&mut input, &mut text)? > 0 {
        count += 1;
        keep(&text, lines, source);
    }
    Ok(count)
}

/// The next line, cut where it is too long, and the bytes that it has in the input.
fn next(input: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<u64> {
    text.clear();
    let mut bytes = input.by_ref().take(LONGEST).read_until(b'\n', text)? as u64;
    if bytes == LONGEST && text.last() != Some(&b'\n') {
        bytes += input.skip_until(b'\n')? as u64;
    }
    Ok(bytes)
}

fn keep(text: &[u8], lines: &Lines, source: Option<&str>) {
    let line = Line::read(&String::from_utf8_lossy(text), source);
    line.into_iter().for_each(|line| lines.push(line));
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::lines::LineQuery;

    fn found(lines: &Lines) -> Vec<(String, String)> {
        let found = lines.find(&LineQuery::default()).lines;
        let texts = found
            .iter()
            .map(|line| (line.service.to_string(), line.message.to_string()));
        texts.collect()
    }

    fn pair(service: &str, message: &str) -> (String, String) {
        (service.to_owned(), message.to_owned())
    }

    #[test]
    fn input_is_read_to_its_end_and_long_lines_are_cut() {
        let lines = Lines::new(1 << 20);
        let input = format!("one\n\n{}\ntwo", "x".repeat(3 << 20));
        assert_eq!(read_all(input.as_bytes(), &lines, None).unwrap(), 4);
        let found = found(&lines);
        assert_eq!((&*found[0].1, &*found[2].1), ("one", "two"));
        assert!(found[1].1.len() < LONGEST as usize);
    }

    #[test]
    fn files_are_read_on_from_their_last_whole_line() {
        let folder = std::env::temp_dir().join(format!("hop-lines-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("orders.log");
        let (lines, mut files) = (Lines::new(1 << 20), Files::default());
        fs::write(&path, "one\ntw").unwrap();
        fs::write(folder.join(".hidden"), "no\n").unwrap();
        files.look(&folder, &lines);
        assert_eq!(found(&lines), [pair("orders", "one")]);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"o\nthree\n").unwrap();
        files.look(&folder, &lines);
        files.look(&folder, &lines);
        assert_eq!(
            found(&lines)[1..],
            [pair("orders", "two"), pair("orders", "three")]
        );
        // Rotated: a shorter file is a new one.
        fs::write(&path, "new\n").unwrap();
        files.look(&folder, &lines);
        assert_eq!(found(&lines)[3..], [pair("orders", "new")]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_source_is_a_folder_or_standard_input() {
        assert_eq!("-".parse::<LineSource>().unwrap(), LineSource::Stdin);
        let folder = std::env::temp_dir();
        let text = folder.to_str().unwrap();
        assert_eq!(
            text.parse::<LineSource>().unwrap(),
            LineSource::Folder(folder.clone())
        );
        for wrong in [
            "",
            "/no/such/folder",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ] {
            assert!(wrong.parse::<LineSource>().is_err(), "{wrong}");
        }
    }
}
