//! Accepted batches on disk, so that a restart finds them: files of 64 MB, one behind the other, to which is only ever
//! added. A file goes as a whole, once no trace is kept that has spans in it; but for one that could not be read to its end, which
//! stays until somebody removes it.
//!
//! A written batch survives the end of the process, `kill -9` too: the system has it. It is not forced to the disk
//! after each batch, so that a machine that loses its power may lose the last seconds. A batch that cannot be written is
//! not kept.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use super::packed::Batch;

/// Batches as bytes.
mod record;

/// Batches as version 1 of the format has them.
mod unmarked;

/// The batches of a file, and what is damaged.
mod reader;

/// The names in a folder.
mod folder;

/// The files that there are, and which traces hold them.
mod files;

/// The file that takes batches.
mod current;

/// Lines about a damaged file.
mod damage;

use current::Current;
use files::LogFiles;
use folder::about;
use reader::LogReader;

/// A folder of files, the last of which takes batches.
pub struct Log {
    /// Held locked, so that no other process writes here.
    lock: File,
    files: LogFiles,
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

impl Log {
    /// Opens a folder, or makes it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let lock = folder::lock(folder)?;
        let files = LogFiles::of(folder)?;
        let last = files.last();
        Ok(Self {
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

    /// The files that there are, and which traces hold them.
    pub fn files(&self) -> &LogFiles {
        &self.files
    }

    /// The same, for a trace that comes or goes.
    pub fn files_mut(&mut self) -> &mut LogFiles {
        &mut self.files
    }

    /// Opens a file, to read its batches. Where its first one does not follow the last of the file before, some are missing there.
    pub fn read(&mut self, number: u32) -> io::Result<LogReader> {
        let path = self.files.path(number);
        let reader = LogReader::open(&path).map_err(|error| about(&path, &error))?;
        if let Some(before) = &self.read
            && Some(number) == before.file.checked_add(1)
            && let (Some(expected), Some(first)) = (before.next_number, reader.next_number())
            && expected != first
            && let Some(file) = self.files.get_mut(before.file)
            && file.damaged.last().is_none_or(|last| last.end < before.bytes)
        {
            file.damaged.push(before.bytes..before.bytes);
        }
        Ok(reader)
    }

    /// A file was read to its end. What is damaged in it is kept in mind.
    pub fn has_read(&mut self, number: u32, reader: LogReader) {
        let is_last = self.files.last() == Some(number);
        let bytes = reader.len();
        self.read = Some(Before {
            file: number,
            bytes,
            next_number: reader.next_number(),
        });
        self.next_number = self.next_number.max(reader.next_number().unwrap_or_default());
        if let Some(file) = self.files.get_mut(number) {
            file.damaged = reader.into_damaged();
            if bytes == 0 && !is_last {
                // A file begins with its first batch: the end of the process leaves no more than the last one empty.
                file.damaged.push(0..0);
            }
        }
    }

    /// Says which bytes could not be read.
    pub fn say_damaged(&self) {
        for (number, damaged) in self.files.damaged() {
            output::stderr().say(&damage::text(&self.files.path(number), damaged));
        }
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
                let failure = format!(
                    "cannot write to {} (DATA_DIR): {error}",
                    self.files.folder().display()
                );
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
            None => self.files.folder().is_dir(),
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

    /// Removes the files that no kept trace has spans in, but for the damaged ones.
    pub fn clean(&mut self) {
        self.files.clean(self.current.as_ref().map(Current::number));
    }

    fn try_append(&mut self, batch: &Batch, arrived_ms: u64) -> io::Result<u32> {
        let mut current = match self.current.take() {
            Some(current) if !current.is_full() => current,
            _ => self.begin()?,
        };
        current.check()?;
        self.buffer.clear();
        if current.is_empty() {
            record::write_head(&mut self.buffer, self.next_number);
        }
        record::write(&mut self.buffer, self.next_number, arrived_ms, batch)?;
        if let Err(error) = current.write(&self.buffer) {
            if current.undo() {
                self.files.remove(current.number());
            }
            return Err(error);
        }
        self.next_number += 1;
        Ok(self.current.insert(current).number())
    }

    fn begin(&mut self) -> io::Result<Current> {
        if !folder::has_lock(self.files.folder()) {
            // Somebody removed the folder, and made it again.
            self.lock = folder::lock(self.files.folder())?;
        }
        let number = self.next_file;
        let current = Current::create(number, self.files.path(number))?;
        self.next_file = number
            .checked_add(1)
            .ok_or_else(|| io::Error::other("no file can have a higher number"))?;
        self.files.put(number);
        Ok(current)
    }
}

#[cfg(test)]
mod tests;
