//! The names in a folder: ours, and others, which stop a start. A file that was made by somebody else may be all that is left of
//! what was here before.

use std::{
    fs::{self, DirEntry, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

const LOCK: &str = "lock";

/// The root of a file system of its own has this.
const FOUND: &str = "lost+found";

/// Where the file with this number is.
pub fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:010}.spans"))
}

/// Locks a folder, so that no other process writes here while the file is open.
pub fn lock(folder: &Path) -> io::Result<File> {
    let path = folder.join(LOCK);
    let lock = OpenOptions::new().create(true).append(true).open(&path);
    let lock = lock.map_err(|error| about(&path, &error))?;
    lock.try_lock()
        .map_err(|_| io::Error::other("another process uses this folder"))?;
    Ok(lock)
}

/// Whether the file is there by which the folder is locked.
pub fn has_lock(folder: &Path) -> bool {
    folder.join(LOCK).exists()
}

/// The numbers of the files in a folder. Any other name is an error.
pub fn numbers(folder: &Path) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type().map_err(|error| about(&entry.path(), &error))?;
        match number(folder, &entry) {
            Some(number) if kind.is_file() => numbers.push(number),
            _ if entry.file_name() == LOCK && kind.is_file() => {}
            _ if entry.file_name() == FOUND && kind.is_dir() => {}
            _ => return Err(about(&entry.path(), &not_ours())),
        }
    }
    Ok(numbers)
}

/// The error, with the name of the file.
pub fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn number(folder: &Path, entry: &DirEntry) -> Option<u32> {
    let number = entry.file_name().to_str()?.strip_suffix(".spans")?.parse().ok()?;
    (path(folder, number) == entry.path()).then_some(number)
}

fn not_ours() -> io::Error {
    io::Error::new(
        ErrorKind::InvalidInput,
        "it is none of the collector's files; move it, or name a folder that the collector has alone",
    )
}
