//! One lesson: what it sends, and how it judges what it saw.

use crate::{
    seen::{Script, Seen},
    verdict::Verdict,
};

/// The learner's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A service, in Rust.
    Program,
    /// Answers about traces of the learner's own.
    Answers,
}

impl Work {
    /// The file in the learner's copy.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Program => "src/exercise.rs",
            Self::Answers => "answers.txt",
        }
    }

    /// The ending of the names of its versions.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Program => "rs",
            Self::Answers => "txt",
        }
    }
}

/// A lesson.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its place in the course.
    pub number: &'static str,
    /// Its name in the progress file, which stays when the folder is renamed.
    pub id: &'static str,
    /// In `workshop/`.
    pub folder: &'static str,
    /// The file that the learner works on.
    pub work: Work,
    /// The requests that are sent.
    pub script: fn() -> Script,
    /// The demands on the lesson's hop.
    pub judge: fn(&Seen) -> Verdict,
    /// The diagnosis of the unsolved exercise.
    pub trap: &'static str,
    /// The wrong fixes that are known by name.
    pub wrong: &'static [&'static str],
}

impl Lesson {
    /// The number of different draws; 1 where all learners have the same.
    pub fn draws(&self) -> u32 {
        (self.script)().skews.len().max(1) as u32
    }

    /// A version of the exercise, with the names of a draw in it.
    pub fn filled(&self, source: &str, draw: u32) -> String {
        let script = (self.script)();
        let Some(skew) = script.skew(draw) else {
            return source.to_owned();
        };
        let filled = source.replace("{wrong-clock}", skew.service);
        let other = script.skew(draw.wrapping_add(1));
        filled.replace("{right-clock}", other.map_or("", |other| other.service))
    }
}
