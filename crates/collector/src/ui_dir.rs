//! Zipkin's own page, Lens, from a folder of the user's. It is read once, at the start: a request looks up a name among
//! those of the files that were there, and so no path leads out of the folder.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    str::FromStr,
    sync::Arc,
};

use axum::body::Bytes;

/// Why a folder cannot be served.
mod error;

/// Finding and reading the files.
mod folder;

pub use error::LensError;

/// The page itself.
pub(crate) const INDEX: &str = "index.html";

/// The files of a folder that has an `index.html`.
#[derive(Clone)]
pub struct Lens {
    files: Arc<BTreeMap<String, File>>,
}

/// One of the files, with the headers that its answer has.
pub(crate) struct File {
    pub(crate) content_type: &'static str,
    pub(crate) etag: String,
    pub(crate) bytes: Bytes,
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
    pub(crate) fn file(&self, name: &str) -> Option<&File> {
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
