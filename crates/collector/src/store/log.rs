//! Accepted batches on disk, so that a restart finds them: files of 64 MB, one behind the other, to which is only ever
//! added. A file goes as a whole, once no trace is kept that has spans in it; but for one that could not be read to its end, which
//! stays until somebody removes it.
//!
//! What was written survives the end of the process, `kill -9` too: the system has it. It is not forced to the disk
//! after each batch, so that a machine that loses its power may lose the last seconds. A batch that cannot be written is
//! not kept.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    ops::Range,
    path::{Path, PathBuf},
};

use super::{
    packed::Batch,
    traces::{Files, Trace},
};

/// Batches as bytes.
mod record;

/// Batches as version 1 of the format has them.
mod unmarked;

/// The batches of a file, and what is damaged.
mod reader;

/// The names in a folder.
mod folder;

use folder::{about, path};
pub use reader::LogReader;

/// A file that has as many bytes takes no more batches.
const FILE_BYTES: u64 = if cfg!(test) { 4 << 10 } else { 64 << 20 };

/// Damaged places of a file that are said one by one.
const DAMAGES_SAID: usize = 10;

/// The files of a folder, by their number.
pub struct Log {
    folder: PathBuf,
    /// Held locked, so that no other process writes here.
    lock: File,
    files: BTreeMap<u32, InFile>,
    /// The number of the next file.
    next_file: u32,
    /// The number of the next batch.
    next_number: u64,
    /// The last file, unless the last write failed.
    current: Option<Current>,
    buffer: Vec<u8>,
    /// Why the last write failed, if it did.
    failure: Option<String>,
    /// The file that was read last.
    read: Option<Before>,
}

/// A file that was read, for the one behind it.
struct Before {
    file: u32,
    bytes: usize,
    next_number: Option<u64>,
}

/// What a file has.
#[derive(Default)]
struct InFile {
    /// Kept traces that have spans in it.
    traces: usize,
    /// Bytes that could not be read; where there are some, the file is never removed.
    damaged: Vec<Range<usize>>,
}

/// The file that takes batches.
struct Current {
    number: u32,
    path: PathBuf,
    file: File,
    /// Bytes that it has.
    end: u64,
}

impl Log {
    /// Opens a folder, or makes it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let lock = folder::lock(folder)?;
        let numbers = folder::numbers(folder)?;
        let files: BTreeMap<u32, InFile> = numbers
            .into_iter()
            .map(|number| (number, InFile::default()))
            .collect();
        let last = files.last_key_value().map(|(last, _)| *last);
        Ok(Self {
            folder: folder.to_owned(),
            lock,
            files,
            // A number that no file can have ends in an error, once it is needed.
            next_file: last.map_or(0, |last| last.saturating_add(1)),
            next_number: 0,
            current: None,
            buffer: Vec::new(),
            failure: None,
            read: None,
        })
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that there are, the oldest first.
    pub fn files(&self) -> Vec<u32> {
        self.files.keys().copied().collect()
    }

    /// Opens a file, to read its batches. Where its first one does not follow the last of the file before, some are missing there.
    pub fn read(&mut self, number: u32) -> io::Result<LogReader> {
        let path = self.path(number);
        let reader = LogReader::open(&path).map_err(|error| about(&path, &error))?;
        if let Some(before) = &self.read
            && Some(number) == before.file.checked_add(1)
            && let (Some(expected), Some(first)) = (before.next_number, reader.next_number())
            && expected != first
            && let Some(file) = self.files.get_mut(&before.file)
            && file.damaged.last().is_none_or(|last| last.end < before.bytes)
        {
            file.damaged.push(before.bytes..before.bytes);
        }
        Ok(reader)
    }

    /// A file was read to its end. What is damaged in it is kept in mind.
    pub fn has_read(&mut self, number: u32, reader: LogReader) {
        let is_last = self
            .files
            .last_key_value()
            .is_some_and(|(last, _)| *last == number);
        let bytes = reader.len();
        self.read = Some(Before {
            file: number,
            bytes,
            next_number: reader.next_number(),
        });
        self.next_number = self.next_number.max(reader.next_number().unwrap_or_default());
        if let Some(file) = self.files.get_mut(&number) {
            file.damaged = reader.into_damaged();
            if bytes == 0 && !is_last {
                // A file begins with its first batch: the end of the process leaves no more than the last one empty.
                file.damaged.push(0..0);
            }
        }
    }

    /// Says which bytes could not be read.
    pub fn say_damaged(&self) {
        for (number, damaged) in self.damaged() {
            let path = path(&self.folder, number);
            let places: Vec<String> = damaged.iter().take(DAMAGES_SAID).map(place).collect();
            let more = damaged.len().saturating_sub(DAMAGES_SAID);
            let more = if more > 0 {
                format!(", and {more} more places")
            } else {
                String::new()
            };
            output::stderr().say(&format!(
                "{} (DATA_DIR) is damaged at {}{more}: what could be read is kept. The file is read at each start, and \
                 takes room until you remove it",
                path.display(),
                places.join(", "),
            ));
        }
    }

    /// Which bytes of which file could not be read.
    pub fn damaged(&self) -> impl Iterator<Item = (u32, &[Range<usize>])> {
        let files = self
            .files
            .iter()
            .map(|(&number, file)| (number, file.damaged.as_slice()));
        files.filter(|(_, damaged)| !damaged.is_empty())
    }

    /// Writes a batch that arrived at this time, in milliseconds since the epoch; the number of its file. Where that fails, the
    /// first of such failures is said.
    pub fn append(&mut self, batch: &Batch, arrived_ms: u64) -> Option<u32> {
        match self.try_append(batch, arrived_ms) {
            Ok(number) => {
                self.failure = None;
                Some(number)
            }
            Err(error) => {
                self.current = None;
                let failure = format!("cannot write to {} (DATA_DIR): {error}", self.folder.display());
                if self.failure.is_none() {
                    output::stderr().say(&format!(
                        "{failure}; until it can be written to again, spans are refused with 503"
                    ));
                }
                self.failure = Some(failure);
                None
            }
        }
    }

    /// Whether the last batch was written, and the file is still there that takes the next.
    pub fn is_well(&self) -> bool {
        let is_there = match &self.current {
            Some(current) => current.check().is_ok(),
            None => self.folder.is_dir(),
        };
        self.failure.is_none() && is_there
    }

    /// Why batches cannot be written, if they cannot: where it is not well, this tries once more, for whoever sends may be
    /// waiting for good news.
    pub fn failure(&mut self) -> Option<&str> {
        if !self.is_well() {
            self.append(&Batch::default(), 0);
            self.clean();
        }
        self.failure.as_deref()
    }

    /// A kept trace has spans in this file, too.
    pub fn extend(&mut self, trace: &mut Trace, file: u32) {
        let first = trace.files().map_or(file, |files| *files.start());
        self.move_to(trace, first..=file);
    }

    /// Spans of a trace are in these files, and in no others.
    pub fn move_to(&mut self, trace: &mut Trace, files: Files) {
        if trace.files() == Some(&files) {
            return;
        }
        if let Some(files) = trace.files() {
            self.release(files);
        }
        for (_, file) in self.files.range_mut(files.clone()) {
            file.traces += 1;
        }
        trace.set_files(Some(files));
    }

    /// A trace that has spans in these files is kept no more.
    pub fn release(&mut self, files: &Files) {
        for (_, file) in self.files.range_mut(files.clone()) {
            file.traces -= 1;
        }
    }

    /// Removes the files that no kept trace has spans in, but for the damaged ones.
    pub fn clean(&mut self) {
        let current = self.current.as_ref().map(|current| current.number);
        let is_needed = |number: u32, file: &InFile| {
            file.traces > 0 || !file.damaged.is_empty() || Some(number) == current
        };
        let folder = &self.folder;
        self.files.retain(|&number, file| {
            // What cannot be removed is tried again after the next batch.
            is_needed(number, file) || fs::remove_file(path(folder, number)).is_err()
        });
    }

    /// The oldest file, when few traces hold so many that they take more than this on disk. The damaged ones would not go.
    pub fn crowded(&self, bytes: usize) -> Option<u32> {
        let most = bytes as u64 / FILE_BYTES + 4;
        let mut whole = self.files.iter().filter(|(_, file)| file.damaged.is_empty());
        let (&oldest, _) = whole.next()?;
        (whole.count() as u64 >= most).then_some(oldest)
    }

    fn try_append(&mut self, batch: &Batch, arrived_ms: u64) -> io::Result<u32> {
        let mut current = match self.current.take() {
            Some(current) if current.end < FILE_BYTES => current,
            _ => self.begin()?,
        };
        current.check()?;
        self.buffer.clear();
        if current.end == 0 {
            record::write_head(&mut self.buffer, self.next_number);
        }
        record::write(&mut self.buffer, self.next_number, arrived_ms, batch)?;
        if let Err(error) = current.file.write_all(&self.buffer) {
            self.undo(&current);
            return Err(error);
        }
        current.end += self.buffer.len() as u64;
        self.next_number += 1;
        Ok(self.current.insert(current).number)
    }

    fn begin(&mut self) -> io::Result<Current> {
        if !folder::has_lock(&self.folder) {
            // Somebody removed the folder, and made it again.
            self.lock = folder::lock(&self.folder)?;
        }
        let number = self.next_file;
        let path = self.path(number);
        let file = OpenOptions::new().create_new(true).append(true).open(&path)?;
        self.next_file = number
            .checked_add(1)
            .ok_or_else(|| io::Error::other("no file can have a higher number"))?;
        self.files.insert(number, InFile::default());
        Ok(Current {
            number,
            path,
            file,
            end: 0,
        })
    }

    /// Takes off what was written of a batch that is not whole: the next start would say that it is damaged.
    fn undo(&mut self, current: &Current) {
        // Where that fails, the next start says it.
        let _ = current.file.set_len(current.end);
        if current.end == 0 && fs::remove_file(&current.path).is_ok() {
            self.files.remove(&current.number);
        }
    }

    fn path(&self, number: u32) -> PathBuf {
        path(&self.folder, number)
    }
}

impl Current {
    /// Whether the file is there, with the bytes that were written: to one that somebody removed, writing goes on without an error.
    fn check(&self) -> io::Result<()> {
        let bytes = fs::metadata(&self.path)
            .map_err(|error| about(&self.path, &error))?
            .len();
        if bytes == self.end {
            return Ok(());
        }
        let changed = format!("it has {bytes} bytes, and {} were written", self.end);
        Err(about(&self.path, &io::Error::other(changed)))
    }
}

fn place(damaged: &Range<usize>) -> String {
    if damaged.is_empty() {
        format!("byte {}, where batches are missing", damaged.start)
    } else {
        format!("bytes {} to {}", damaged.start, damaged.end - 1)
    }
}

#[cfg(test)]
mod tests;
