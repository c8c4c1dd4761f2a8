//! Files that are copied whole, with the folders above them.

use std::{fs, path::Path};

use anyhow::Context as _;

/// Copies a file, byte for byte, into a folder that need not be there.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, bytes)
}

/// Copies only what differs, so that cargo builds only what changed.
pub fn refresh(from: &Path, to: &Path) -> anyhow::Result<()> {
    if fs::read(from).ok() == fs::read(to).ok() {
        return Ok(());
    }
    copy(from, to)
}

/// Writes a file, into a folder that need not be there.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.with_context(|| format!("cannot write {}", path.display()))
}
