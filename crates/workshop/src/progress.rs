//! Where a learner is: one file, with a schema, that can be carried to another machine.

use std::{collections::BTreeMap, fs, io::Read as _, path::Path};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::{lesson::Lesson, lessons::LESSONS};

/// Files that are not progress.
mod refused;

use refused::MAX_BYTES;
pub use refused::Refused;

/// The name and version of the file's format.
pub const SCHEMA: &str = "three-hops/workshop-progress/1";

/// So many tries open the solution.
const TRIES: u32 = 3;

/// Where a learner is.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Progress {
    schema: String,
    /// The id of the lesson that is worked on.
    #[serde(default)]
    current: String,
    /// By id. Those of lessons that this version does not have are kept.
    #[serde(default)]
    lessons: BTreeMap<String, State>,
}

/// The learner's progress in a lesson.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct State {
    /// Whether it was passed once.
    #[serde(default)]
    pub passed: bool,
    /// Checks of code that compiles, and differs from that of the check before and from the unsolved exercise.
    #[serde(default)]
    pub tries: u32,
    /// The number of hints that were read.
    #[serde(default)]
    pub hints: u32,
    /// The name of the last verdict.
    #[serde(default)]
    pub last: String,
    /// A hash of the text that was checked last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<u64>,
    /// The learner's draw, in a lesson that draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<u32>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            current: String::new(),
            lessons: BTreeMap::new(),
        }
    }
}

impl Progress {
    /// Reads the file; a new learner has none.
    ///
    /// # Errors
    /// A file that is no progress, or of another version.
    pub fn load(path: &Path) -> Result<Self, Refused> {
        if path.exists() {
            Self::read(path)
        } else {
            Ok(Self::default())
        }
    }

    /// Reads a file that has to be there.
    ///
    /// # Errors
    /// As [`Progress::load`].
    pub fn read(path: &Path) -> Result<Self, Refused> {
        // A device has no length, and no end.
        let file = fs::File::open(path).map_err(Refused::Unreadable)?;
        let mut bytes = Vec::new();
        let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
        if read.map_err(Refused::Unreadable)? as u64 > MAX_BYTES {
            return Err(Refused::TooLong);
        }
        let progress: Self = serde_json::from_slice(&bytes).map_err(Refused::Damaged)?;
        if progress.schema != SCHEMA {
            return Err(Refused::OfAnother(progress.schema));
        }
        Ok(progress)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        let beside = path.with_extension("json.new");
        let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    /// The lesson that is worked on: the one chosen, else the first that is not passed, else the last.
    pub fn current(&self) -> Option<&'static Lesson> {
        let chosen = LESSONS.iter().find(|lesson| lesson.id == self.current);
        let open = || LESSONS.iter().find(|lesson| !self.state(lesson).passed);
        chosen.or_else(open).or(LESSONS.last())
    }

    /// Chooses a lesson.
    pub fn choose(&mut self, lesson: &Lesson) {
        lesson.id.clone_into(&mut self.current);
    }

    /// The learner's progress in a lesson.
    pub fn state(&self, lesson: &Lesson) -> State {
        self.lessons.get(lesson.id).cloned().unwrap_or_default()
    }

    /// The same, to be changed.
    pub fn state_mut(&mut self, lesson: &Lesson) -> &mut State {
        self.lessons.entry(lesson.id.to_owned()).or_default()
    }

    /// Forgets a lesson, or all of them.
    pub fn forget(&mut self, lesson: Option<&Lesson>) {
        match lesson {
            Some(lesson) => _ = self.lessons.remove(lesson.id),
            None => *self = Self::default(),
        }
    }
}

impl State {
    /// Whether the solution may be shown: after passing, or three tries.
    pub fn opens_solution(&self) -> bool {
        self.passed || self.tries >= TRIES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{language::Lang, texts::Texts};

    #[test]
    fn progress_comes_back_as_it_was_saved() {
        let folder = std::env::temp_dir().join(format!("progress-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("progress.json");
        let mut progress = Progress::load(&path).unwrap();
        let first = LESSONS.first().unwrap();
        assert_eq!(progress.current().unwrap().id, first.id);
        progress.choose(first);
        progress.state_mut(first).tries = 3;
        progress.save(&path).unwrap();
        assert_eq!(Progress::load(&path).unwrap(), progress);
        assert!(progress.state(first).opens_solution());
        progress.forget(Some(first));
        assert!(!progress.state(first).opens_solution());
        for (text, reason) in [
            ("[]", "progress-damaged"),
            ("\u{0}", "progress-damaged"),
            // A later version may keep other things in its fields.
            (
                r#"{"schema":"three-hops/workshop-progress/9"}"#,
                "progress-of-another",
            ),
            (&" ".repeat(70_000), "progress-too-long"),
        ] {
            fs::write(&path, text).unwrap();
            let refused = Progress::load(&path).unwrap_err();
            assert_eq!(refused.name(), reason);
            for lang in [Lang::En, Lang::Ko] {
                assert!(Texts::of_runner(lang).find(reason).is_some(), "{reason}");
            }
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let refused = Progress::load(&path).unwrap_err();
        assert_eq!(refused.name(), "progress-unreadable");
        fs::remove_dir_all(folder).unwrap();
        let endless = Path::new("/dev/zero");
        if endless.exists() {
            assert_eq!(Progress::read(endless).unwrap_err().name(), "progress-too-long");
        }
    }

    #[test]
    fn a_lesson_of_another_version_is_kept() {
        let text =
            format!(r#"{{"schema":"{SCHEMA}","current":"gone","lessons":{{"gone":{{"passed":true}}}}}}"#);
        let progress: Progress = serde_json::from_str(&text).unwrap();
        assert!(progress.lessons.get("gone").unwrap().passed);
        assert_eq!(progress.current().unwrap().id, LESSONS.first().unwrap().id);
    }
}
