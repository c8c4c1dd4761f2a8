//! The folders of the repository that the workshop reads and writes.

use std::path::{Path, PathBuf};

use anyhow::bail;

/// A clone of the repository.
#[derive(Clone, Debug)]
pub struct Places {
    root: PathBuf,
}

impl Places {
    /// The clone around the current folder, else the one that this program was built in.
    ///
    /// # Errors
    /// A program that was copied elsewhere, and is started elsewhere.
    pub fn find() -> anyhow::Result<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut candidates = here.ancestors().chain(built_in.ancestors());
        let is_clone = |folder: &&Path| folder.join("workshop/lesson.toml").is_file();
        match candidates.find(is_clone) {
            Some(root) => Ok(Self::at(root)),
            None => bail!("there is no workshop here: start it in a clone of the repository"),
        }
    }

    /// A clone at this place.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The top of the clone.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The learner's workspace.
    pub fn workshop(&self) -> PathBuf {
        self.root.join("workshop")
    }

    /// A lesson's folder.
    pub fn lesson(&self, folder: &str) -> PathBuf {
        self.workshop().join(folder)
    }

    /// The learner's copy of the current lesson.
    pub fn mine(&self) -> PathBuf {
        self.workshop().join("mine")
    }

    /// Work on other lessons, and what `reset` took away.
    pub fn saved(&self) -> PathBuf {
        self.workshop().join("saved")
    }

    /// Where the learner is.
    pub fn progress(&self) -> PathBuf {
        self.workshop().join("progress.json")
    }

    /// The board that was joined.
    pub fn board(&self) -> PathBuf {
        self.workshop().join("board.json")
    }

    /// The targets that cargo builds, of the project and of the lessons.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The path as a learner would type it at the top of the repository.
    pub fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        // Put together anew, so that all separators are those of the system.
        path.components().collect::<PathBuf>().display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_with_the_separators_of_the_system() {
        let places = Places::find().unwrap();
        let shown = places.shown(&places.mine().join("src/exercise.rs"));
        let parts = ["workshop", "mine", "src", "exercise.rs"];
        assert_eq!(shown, parts.join(std::path::MAIN_SEPARATOR_STR));
    }
}
