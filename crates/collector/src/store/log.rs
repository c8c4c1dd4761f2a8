//! Accepted batches on disk, so that a restart finds them: files of 64 MB, one behind the other, to which is only ever
//! added. A file goes as a whole, once no trace is kept that has spans in it.
//!
//! What was written survives the end of the process, `kill -9` too: the system has it. It is not forced to the disk
//! after each batch, so that a machine that loses its power may lose the last seconds. A batch that cannot be written is
//! not kept.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Write as _},
    path::{Path, PathBuf},
};

use super::{Batch, trace::Trace};

/// A batch as bytes, with a checksum.
mod record;

/// A file that has as many bytes takes no more batches.
const FILE_BYTES: u64 = if cfg!(test) { 4 << 10 } else { 64 << 20 };

/// The files of a folder, by their number.
pub struct Log {
    folder: PathBuf,
    /// Held locked, so that no other process writes here.
    _lock: File,
    /// How many kept traces have spans in each file.
    files: BTreeMap<u32, usize>,
    /// The last file, unless the last write failed: what follows a torn record would not be read.
    current: Option<(u32, File)>,
    buffer: Vec<u8>,
    /// Why the last write failed, if it did.
    failure: Option<String>,
}

/// The files that have spans of a trace: none before the first, none behind the last.
pub type Files = std::ops::RangeInclusive<u32>;

impl Log {
    /// Opens a folder, or makes it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("lock"))?;
        lock.try_lock()
            .map_err(|_| io::Error::other("another process uses this folder"))?;
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_suffix(".spans")?.parse().ok());
            files.extend(number.map(|number: u32| (number, 0)));
        }
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
            files,
            current: None,
            buffer: Vec::new(),
            failure: None,
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

    /// Reads the batches of a file. The end of the process may have torn the last one, which nobody was told is kept.
    pub fn read(&self, number: u32) -> io::Result<impl Iterator<Item = Batch> + use<>> {
        let mut file = BufReader::new(File::open(self.path(number))?);
        Ok(std::iter::from_fn(move || record::read(&mut file)))
    }

    /// Writes a batch; the number of its file. Where that fails, the first of such failures is said.
    pub fn append(&mut self, batch: &Batch) -> Option<u32> {
        match self.try_append(batch) {
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

    /// Why batches cannot be written, if they cannot: where the last one could not, this tries once more, for whoever
    /// sends may be waiting for good news.
    pub fn failure(&mut self) -> Option<&str> {
        if self.failure.is_some() {
            self.append(&Batch::default());
            self.clean();
        }
        self.failure.as_deref()
    }

    /// A kept trace has spans in this file, too.
    pub fn extend(&mut self, trace: &mut Trace, file: u32) {
        let first = trace.files().map_or(file, |files| *files.start());
        self.move_to(trace, first..=file);
    }

    /// Writes a trace once more, so that it needs no file before the last.
    pub fn rewrite(&mut self, trace: &mut Trace) {
        if let Some(file) = self.append(&trace.packed().iter().collect()) {
            self.move_to(trace, file..=file);
        }
    }

    fn move_to(&mut self, trace: &mut Trace, files: Files) {
        if trace.files() == Some(&files) {
            return;
        }
        if let Some(files) = trace.files() {
            self.release(files);
        }
        for (_, traces) in self.files.range_mut(files.clone()) {
            *traces += 1;
        }
        trace.set_files(Some(files));
    }

    /// A trace that has spans in these files is kept no more.
    pub fn release(&mut self, files: &Files) {
        for (_, traces) in self.files.range_mut(files.clone()) {
            *traces -= 1;
        }
    }

    /// Removes the files that no kept trace has spans in.
    pub fn clean(&mut self) {
        let current = self.current.as_ref().map(|(number, _)| *number);
        let is_needed = |number: &u32, traces: &mut usize| *traces > 0 || Some(*number) == current;
        let folder = self.folder.clone();
        self.files.retain(|number, traces| {
            // What cannot be removed is tried again after the next batch.
            is_needed(number, traces) || fs::remove_file(path(&folder, *number)).is_err()
        });
    }

    /// The oldest file, when few traces hold so many that they take more than this on disk.
    pub fn crowded(&self, bytes: usize) -> Option<u32> {
        let most = bytes as u64 / FILE_BYTES + 4;
        let (&oldest, _) = self.files.first_key_value()?;
        (self.files.len() as u64 > most).then_some(oldest)
    }

    fn try_append(&mut self, batch: &Batch) -> io::Result<u32> {
        self.buffer.clear();
        record::write(&mut self.buffer, batch)?;
        let (number, mut file) = match self.current.take() {
            Some((number, file)) if file.metadata()?.len() < FILE_BYTES => (number, file),
            _ => self.begin()?,
        };
        file.write_all(&self.buffer)?;
        self.current = Some((number, file));
        Ok(number)
    }

    fn begin(&mut self) -> io::Result<(u32, File)> {
        let number = self.files.last_key_value().map_or(0, |(last, _)| last + 1);
        let file = OpenOptions::new()
            .create_new(true)
            .append(true)
            .open(self.path(number))?;
        self.files.insert(number, 0);
        Ok((number, file))
    }

    fn path(&self, number: u32) -> PathBuf {
        path(&self.folder, number)
    }
}

fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:010}.spans"))
}

#[cfg(test)]
mod tests;
