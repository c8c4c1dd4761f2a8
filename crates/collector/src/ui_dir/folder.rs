//! Finding and reading the files of a folder, a bounded number of them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::error::{LensError, MAX_BYTES, MAX_FILES};

/// The files below a folder, each with its name relative to it. A link that leads out of the folder is left out.
pub fn read(root: &Path) -> Result<Vec<(String, Vec<u8>)>, LensError> {
    let root = root.canonicalize().map_err(unreadable(root))?;
    let mut files = Vec::new();
    let mut folders = vec![(root.clone(), String::new())];
    let (mut seen, mut bytes) = (0, 0);
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(unreadable(&folder))? {
            let entry = entry.map_err(unreadable(&folder))?;
            let Some(path) = within(&root, &entry.path()) else {
                continue;
            };
            // A file without a name in Unicode has no address either.
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let metadata = fs::metadata(&path).map_err(unreadable(&path))?;
            seen += 1;
            bytes += if metadata.is_file() { metadata.len() } else { 0 };
            if seen > MAX_FILES || bytes > MAX_BYTES {
                return Err(LensError::TooMuch);
            }
            if metadata.is_dir() {
                folders.push((path, format!("{prefix}{name}/")));
            } else if metadata.is_file() {
                let content = fs::read(&path).map_err(unreadable(&path))?;
                files.push((format!("{prefix}{name}"), content));
            }
        }
    }
    Ok(files)
}

fn within(root: &Path, path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    path.starts_with(root).then_some(path)
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> LensError {
    let path = path.to_owned();
    |cause| LensError::Unreadable { path, cause }
}
