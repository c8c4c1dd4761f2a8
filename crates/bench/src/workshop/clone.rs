//! The clone that is measured in, and the two versions of its lesson that are saved in turn.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};

/// A clone of the project.
pub struct Clone {
    /// Its top.
    pub folder: PathBuf,
    /// The lesson's number.
    pub number: String,
    /// The starter, and the solution.
    pub versions: [String; 2],
    is_ours: bool,
}

impl Clone {
    /// A new one of what is committed here, which is removed in the end.
    pub fn new(lesson: &str) -> anyhow::Result<Self> {
        let folder = env::temp_dir().join(format!("bench-workshop-{}", std::process::id()));
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let here = here.ancestors().find(|folder| folder.join(".git").exists());
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--no-local"]);
        git.arg(here.context("there is no clone here")?).arg(&folder);
        if !git.status().context("git cannot be started")?.success() {
            bail!("`git clone` failed; its messages are above");
        }
        let mut clone = Self::found(&folder, lesson)?;
        clone.is_ours = true;
        Ok(clone)
    }

    /// One that is there.
    pub fn found(folder: &Path, lesson: &str) -> anyhow::Result<Self> {
        let folder = std::path::absolute(folder)?;
        let number = format!("{lesson:0>2}");
        let mut lessons = fs::read_dir(folder.join("workshop"))?.flatten();
        let is_it = |name: &str| name.starts_with(&format!("{number}_"));
        let lesson = lessons.find(|entry| entry.file_name().to_str().is_some_and(is_it));
        let lesson = lesson
            .with_context(|| format!("there is no lesson {number}"))?
            .path();
        let read = |name: &str| fs::read_to_string(lesson.join(name));
        let versions = [read("src/exercise.rs")?, read("solution.rs")?];
        Ok(Self {
            folder,
            number,
            versions,
            is_ours: false,
        })
    }

    /// The learner's file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("workshop/mine/src/exercise.rs")
    }

    /// The runner.
    pub fn hop(&self) -> PathBuf {
        let name = format!("hop{}", env::consts::EXE_SUFFIX);
        self.folder.join("target/debug").join(name)
    }

    /// The command in this clone, without what cargo set for this program.
    pub fn quiet<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
                command.env_remove(&name);
            }
        }
        command.current_dir(&self.folder).stdin(Stdio::null())
    }
}

impl Drop for Clone {
    fn drop(&mut self) {
        if self.is_ours {
            // The folder of temporary files is cleaned by others, too.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
