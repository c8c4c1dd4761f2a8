//! One lesson: what it sends, and how it judges what it saw.

use crate::{
    seen::{Script, Seen},
    verdict::Verdict,
};

/// A lesson.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its place in the course.
    pub number: &'static str,
    /// Its name in the progress file, which stays when the folder is renamed.
    pub id: &'static str,
    /// In `workshop/`.
    pub folder: &'static str,
    /// What is sent.
    pub script: fn() -> Script,
    /// What is demanded.
    pub judge: fn(&Seen) -> Verdict,
    /// The diagnosis of the unsolved exercise.
    pub trap: &'static str,
    /// The wrong fixes that are known by name.
    pub wrong: &'static [&'static str],
}
