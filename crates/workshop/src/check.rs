//! One check: build, run, judge; or read the learner's answers.

use std::path::Path;

use crate::{
    build::{self, build},
    lesson::{Lesson, Work},
    places::Places,
    stage,
    verdict::Verdict,
};

/// The parts of a check that are not the lesson's.
mod around;

/// Answers about the learner's own traces.
mod answers;

pub use around::Around;

/// Checks the learner's copy. `waits` is called when cargo waits for its lock.
///
/// # Errors
/// No cargo; a file that cannot be read or written.
pub async fn mine(around: &Around<'_>, lesson: &Lesson, waits: impl Fn()) -> anyhow::Result<Verdict> {
    if lesson.work == Work::Answers {
        return answers::check(around, lesson).await;
    }
    let places = around.places;
    let built = build(&places.mine(), &places.target(), false, waits).await?;
    if !built.is_done {
        return Ok(Verdict::DoesNotCompile(built.messages));
    }
    Ok(run(lesson, &build::program(&places.target(), "mine")).await)
}

/// Runs a program as the lesson's service, and judges what was seen.
pub async fn run(lesson: &Lesson, program: &Path) -> Verdict {
    match stage::play(&(lesson.script)(), program).await {
        Ok(seen) => (lesson.judge)(&seen),
        Err(error) => Verdict::DoesNotRun(format!("{error:#}")),
    }
}

/// Lets the real services run, and judges answers in which `{name}` stands for a reading of their traces.
pub async fn rehearse(lesson: &Lesson, template: &str) -> Verdict {
    match answers::rehearse(lesson, template).await {
        Ok(verdict) => verdict,
        Err(error) => Verdict::DoesNotRun(format!("{error:#}")),
    }
}

/// The right answers about the traces that were drawn for the learner; nothing where none were.
pub fn right_answers(places: &Places, template: &str) -> Option<String> {
    answers::right(places, template)
}
