//! The file that takes batches.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::PathBuf,
};

use super::folder::about;

/// A file that has as many bytes takes no more batches.
pub const FILE_BYTES: u64 = if cfg!(test) { 4 << 10 } else { 64 << 20 };

/// The file that takes batches.
pub struct Current {
    number: u32,
    path: PathBuf,
    file: File,
    /// Bytes that it has.
    end: u64,
}

impl Current {
    /// A file with this number, which was not there.
    pub fn create(number: u32, path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().create_new(true).append(true).open(&path)?;
        Ok(Self {
            number,
            path,
            file,
            end: 0,
        })
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether it takes no more batches.
    pub fn is_full(&self) -> bool {
        self.end >= FILE_BYTES
    }

    /// Whether nothing was written to it.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Writes to its end.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Takes off what was written of a batch that is not complete: the next start would say that it is damaged. Whether the file
    /// is gone, since nothing else was in it.
    pub fn undo(&self) -> bool {
        // Where that fails, the next start says it.
        let _ = self.file.set_len(self.end);
        self.is_empty() && fs::remove_file(&self.path).is_ok()
    }

    /// Whether the file is there, with the bytes that were written: to one that somebody removed, writing goes on without an error.
    pub fn check(&self) -> io::Result<()> {
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
