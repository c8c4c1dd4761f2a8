//! The files of a folder: which traces hold each, what is damaged in it, and which may go.

use std::{
    collections::BTreeMap,
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use super::{
    current::FILE_BYTES,
    folder::{self, path},
};
use crate::store::traces::{FileRange, Trace};

/// The files by their number.
pub struct LogFiles {
    folder: PathBuf,
    files: BTreeMap<u32, InFile>,
}

/// The contents of a file.
#[derive(Default)]
pub struct InFile {
    /// Kept traces that have spans in it.
    traces: usize,
    /// Bytes that could not be read; where there are some, the file is never removed.
    pub damaged: Vec<Range<usize>>,
}

impl LogFiles {
    /// Those that are in a folder.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let numbers = folder::numbers(folder)?.into_iter();
        Ok(Self {
            folder: folder.to_owned(),
            files: numbers.map(|number| (number, InFile::default())).collect(),
        })
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the file with this number is.
    pub fn path(&self, number: u32) -> PathBuf {
        path(&self.folder, number)
    }

    /// Their numbers, the oldest first.
    pub fn numbers(&self) -> Vec<u32> {
        self.files.keys().copied().collect()
    }

    /// The number of the last one.
    pub fn last(&self) -> Option<u32> {
        self.files.last_key_value().map(|(last, _)| *last)
    }

    /// The facts that are known of a file.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut InFile> {
        self.files.get_mut(&number)
    }

    /// A file was made.
    pub fn put(&mut self, number: u32) {
        self.files.insert(number, InFile::default());
    }

    /// A file is gone.
    pub fn remove(&mut self, number: u32) {
        self.files.remove(&number);
    }

    /// Which bytes of which file could not be read.
    pub fn damaged(&self) -> impl Iterator<Item = (u32, &[Range<usize>])> {
        let files = self
            .files
            .iter()
            .map(|(&number, file)| (number, file.damaged.as_slice()));
        files.filter(|(_, damaged)| !damaged.is_empty())
    }

    /// A kept trace has spans in this file, too.
    pub fn extend(&mut self, trace: &mut Trace, file: u32) {
        let first = trace.files().map_or(file, |files| *files.start());
        self.move_to(trace, first..=file);
    }

    /// Spans of a trace are in these files, and in no others.
    pub fn move_to(&mut self, trace: &mut Trace, files: FileRange) {
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
    pub fn release(&mut self, files: &FileRange) {
        for (_, file) in self.files.range_mut(files.clone()) {
            file.traces -= 1;
        }
    }

    /// Removes the files that no kept trace has spans in, but for the damaged ones and the one that takes batches.
    pub fn clean(&mut self, current: Option<u32>) {
        let is_needed = |number: u32, file: &InFile| {
            file.traces > 0 || !file.damaged.is_empty() || Some(number) == current
        };
        let folder = &self.folder;
        self.files.retain(|&number, file| {
            // A file that cannot be removed is tried again after the next batch.
            is_needed(number, file) || fs::remove_file(path(folder, number)).is_err()
        });
    }

    /// The oldest file, when few traces hold so many that they take more than this on disk. The damaged ones would not go.
    pub fn crowded(&self, bytes: usize) -> Option<u32> {
        let most = bytes as u64 / FILE_BYTES + 4;
        let mut undamaged = self.files.iter().filter(|(_, file)| file.damaged.is_empty());
        let (&oldest, _) = undamaged.next()?;
        (undamaged.count() as u64 >= most).then_some(oldest)
    }
}
