//! One check: build, run, judge.

use std::path::Path;

use crate::{
    build::{self, build},
    lesson::Lesson,
    places::Places,
    stage,
    verdict::Verdict,
};

/// Checks the learner's copy. `waits` is called when cargo waits for its lock.
///
/// # Errors
/// No cargo.
pub async fn mine(places: &Places, lesson: &Lesson, waits: impl Fn()) -> anyhow::Result<Verdict> {
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
