//! Why a folder cannot be served.

use std::path::PathBuf;

/// Bytes that a page may have; Lens has 2.6 MB.
pub const MAX_BYTES: u64 = 64 << 20;

/// Files and folders that a page may have; Lens has 5 files.
pub const MAX_FILES: usize = 10_000;

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LensError {
    /// It, or something in it, cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable {
        /// The file that cannot be read.
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
    #[error("more than {} MiB or {} files in it", MAX_BYTES >> 20, MAX_FILES)]
    TooMuch,
}
