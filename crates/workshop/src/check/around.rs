//! The parts of a check that are not the lesson's.

use crate::{places::Places, texts::Texts};

/// The parts of a check that are not the lesson's.
pub struct Around<'a> {
    /// The folders.
    pub places: &'a Places,
    /// The collector of the learner's own system.
    pub zipkin: &'a str,
    /// The words of the lesson.
    pub texts: &'a Texts,
    /// The words of the runner.
    pub words: &'a Texts,
    /// The learner's draw.
    pub draw: u32,
}
