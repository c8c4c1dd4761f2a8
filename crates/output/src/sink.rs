//! The file behind a standard stream, and whether it can be asked to take no more than it has room for.

use std::io::{self, Write};

/// A standard stream.
pub(crate) struct Sink {
    /// Takes what there is room for and never waits; none where the system has no such way.
    pub prompt: Option<Box<dyn Write + Send>>,
    /// Waits for room. For a thread that has nothing else to do.
    pub patient: Box<dyn Write + Send>,
}

impl Sink {
    /// The process's standard output.
    pub fn stdout() -> Self {
        open(io::stdout())
    }

    /// The process's standard error.
    pub fn stderr() -> Self {
        open(io::stderr())
    }
}

pub(crate) use platform::{is_shared, open};

#[cfg(unix)]
mod platform {
    use std::{
        fs::{File, Metadata},
        io::{self, IsTerminal, Write},
        os::{
            fd::AsFd,
            unix::fs::{FileTypeExt as _, MetadataExt as _},
        },
    };

    use super::Sink;

    pub fn open(stream: impl AsFd + Write + Send + 'static) -> Sink {
        // std's own lock and buffer stay out of it: a thread that waits would hold them.
        let Ok(file) = duplicate(&stream) else {
            return Sink {
                prompt: None,
                patient: Box::new(stream),
            };
        };
        let prompt = if waits_for_a_reader(&file) {
            without_waiting(&file)
        } else {
            file.try_clone().ok()
        };
        Sink {
            prompt: prompt.map(|file| Box::new(file) as _),
            patient: Box::new(file),
        }
    }

    /// Whether both standard streams end in the same pipe or terminal.
    pub fn is_shared() -> bool {
        let (Ok(stdout), Ok(stderr)) = (duplicate(&io::stdout()), duplicate(&io::stderr())) else {
            return false;
        };
        let identity = |file: &File| file.metadata().map(|data: Metadata| (data.dev(), data.ino()));
        let same = matches!((identity(&stdout), identity(&stderr)), (Ok(one), Ok(other)) if one == other);
        same && waits_for_a_reader(&stdout)
    }

    fn duplicate(stream: &impl AsFd) -> io::Result<File> {
        stream.as_fd().try_clone_to_owned().map(File::from)
    }

    /// Files and the null device take what they get, or fail at once.
    fn waits_for_a_reader(file: &File) -> bool {
        let kind = file.metadata().map(|data| data.file_type());
        kind.map_or(true, |kind| {
            kind.is_fifo() || kind.is_socket() || file.is_terminal()
        })
    }

    /// The same pipe or terminal, opened once more: `O_NONBLOCK` belongs to what was opened, so that other processes that write
    /// there are not changed by ours. A socket cannot be opened, nor can what belongs to another user.
    #[cfg(target_os = "linux")]
    fn without_waiting(file: &File) -> Option<File> {
        use std::{
            fs::OpenOptions,
            os::{fd::AsRawFd as _, unix::fs::OpenOptionsExt as _},
        };
        OpenOptions::new()
            .write(true)
            .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
            .open(format!("/proc/self/fd/{}", file.as_raw_fd()))
            .ok()
    }

    #[cfg(not(target_os = "linux"))]
    fn without_waiting(_file: &File) -> Option<File> {
        None
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io::Write;

    use super::Sink;

    // Not a file: std translates for the console.
    pub fn open(stream: impl Write + Send + 'static) -> Sink {
        Sink {
            prompt: None,
            patient: Box::new(stream),
        }
    }

    /// Nobody knows here.
    pub fn is_shared() -> bool {
        false
    }
}
