//! Cargo builds a lesson. Its messages are the learner's to read.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

/// A reason that a build takes longer than a learner expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Another cargo has the lock.
    Lock,
    /// Crates that the lessons need are built, once.
    Dependencies,
}

impl Wait {
    /// The name of its text among the runner's words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lock => "cargo-waits",
            Self::Dependencies => "cargo-builds",
        }
    }
}

/// An edit compiles one crate. More than these are the dependencies.
const CRATES_OF_AN_EDIT: usize = 2;

/// The result of a build.
#[derive(Debug)]
pub struct Build {
    /// Whether all of it was built.
    pub is_done: bool,
    /// The messages of cargo and of the compiler.
    pub messages: String,
}

/// Builds the package of a folder with the project's target folder, and says once for each reason why it takes long.
///
/// # Errors
/// No cargo.
pub async fn build(
    folder: &Path,
    target: &Path,
    keep_going: bool,
    waits: impl Fn(Wait),
) -> anyhow::Result<Build> {
    let mut command = Command::new(cargo());
    command
        .current_dir(folder)
        .arg("build")
        .arg("--target-dir")
        .arg(target);
    if keep_going {
        command.arg("--keep-going");
    }
    if std::env::var_os("CARGO_TERM_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stdout())
    {
        command.args(["--color", "always"]);
    }
    // Those of `cargo run`, which started this program, are about the program.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST") || name == "CARGO_BIN_NAME" {
            command.env_remove(name);
        }
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .context("cargo cannot be started; is a Rust toolchain installed?")?;
    let (mut messages, mut crates) = (String::new(), 0);
    if let Some(stderr) = child.stderr.take() {
        let mut lines = BufReader::new(stderr).lines();
        while let Some(line) = lines.next_line().await? {
            // It waits for one lock after the other.
            if line.contains("waiting for file lock") && !messages.contains("waiting for file lock") {
                waits(Wait::Lock);
            }
            if line.contains("Compiling") {
                crates += 1;
                if crates == CRATES_OF_AN_EDIT + 1 {
                    waits(Wait::Dependencies);
                }
            }
            messages.push_str(&line);
            messages.push('\n');
        }
    }
    let is_done = child.wait().await?.success();
    Ok(Build { is_done, messages })
}

/// The cargo that started this program, else the one on the path.
pub fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// The program that a build leaves.
pub fn program(target: &Path, name: &str) -> PathBuf {
    target
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
