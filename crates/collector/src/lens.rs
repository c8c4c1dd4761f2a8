//! Zipkin's own page, Lens, from a folder of the user's. It is read once, at the start: a request looks up a name among
//! those of the files that were there, and so no path leads out of the folder.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use axum::body::Bytes;

/// Finding and reading the files.
mod folder;

/// Answering with them.
mod routes;

pub use routes::routes;

const INDEX: &str = "index.html";

/// The files of a folder that has an `index.html`.
#[derive(Clone)]
pub struct Lens {
    files: Arc<BTreeMap<String, File>>,
}

struct File {
    content_type: &'static str,
    etag: String,
    bytes: Bytes,
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LensError {
    /// It, or something in it, cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// It is another folder.
    #[error(
        "no index.html in it; it should be the folder zipkin-lens out of BOOT-INF/lib/zipkin-lens-*.jar, which is in Zipkin's server"
    )]
    NoIndex,
    /// More than a page needs: a home directory, perhaps.
    #[error("more than {} MiB or {} files in it", folder::MAX_BYTES >> 20, folder::MAX_FILES)]
    TooMuch,
}

impl FromStr for Lens {
    type Err = LensError;

    fn from_str(path: &str) -> Result<Self, LensError> {
        let files: BTreeMap<String, File> = folder::read(Path::new(path))?
            .into_iter()
            .map(|(name, bytes)| {
                let file = File::new(&name, bytes);
                (name, file)
            })
            .collect();
        if !files.contains_key(INDEX) {
            return Err(LensError::NoIndex);
        }
        Ok(Self {
            files: Arc::new(files),
        })
    }
}

impl Lens {
    /// The file with this name relative to the folder, its parts separated by `/`.
    fn file(&self, name: &str) -> Option<&File> {
        self.files.get(name)
    }
}

impl fmt::Debug for Lens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.files.keys()).finish()
    }
}

impl File {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Self {
            content_type: content_type(name),
            etag: format!("\"{:016x}\"", hasher.finish()),
            bytes: bytes.into(),
        }
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "application/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
