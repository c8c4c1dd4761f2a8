//! One check: build, run, judge; or read the learner's answers.

use std::{path::Path, time::Duration};

use tokio::time::timeout;

use crate::{
    build::{self, build},
    lesson::{Lesson, Work},
    places::Places,
    seen::{Exchange, Seen},
    stage,
    verdict::{Failure, Halt, Verdict},
};

/// The longest lesson takes ten seconds, and a laptop that builds something else beside it a few times as long.
const LIMIT: Duration = Duration::from_secs(90);

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
    let script = (lesson.script)();
    // Its processes are killed when it is dropped.
    match timeout(LIMIT, stage::play(&script, program)).await {
        Ok(Ok(seen)) => judge(lesson, &seen),
        Ok(Err(error)) => Verdict::DoesNotRun(format!("{error:#}")),
        Err(_) => Verdict::Halted(Halt::TakesTooLong, Vec::new()),
    }
}

/// The lesson's verdict, unless the service ran as none should: whatever it did not say cannot be held against it.
fn judge(lesson: &Lesson, seen: &Seen) -> Verdict {
    if seen.wrote_endlessly {
        let first = seen.lines.iter().filter(|line| line.service == "orders").take(3);
        return Verdict::Halted(
            Halt::WritesEndlessly,
            first.map(|line| line.text.clone()).collect(),
        );
    }
    let late = seen.exchanges.iter().filter(|exchange| exchange.is_late());
    let shown = |exchange: &Exchange| format!("{} → {}", exchange.request.shown(), exchange.answer.status);
    let late: Vec<String> = late.map(shown).collect();
    let too_late = || Verdict::Halted(Halt::AnswersTooLate, late.iter().take(3).cloned().collect());
    if !late.is_empty() && late.len() == seen.exchanges.len() && seen.spans_of("orders").next().is_none() {
        return too_late();
    }
    let verdict = (lesson.judge)(seen);
    let is_named = matches!(&verdict, Verdict::Failed(Failure { finding: Some(_), .. }));
    match verdict {
        Verdict::Failed(_) if !is_named && !late.is_empty() => too_late(),
        _ if !is_named && seen.was_killed => Verdict::Halted(Halt::DoesNotEnd, Vec::new()),
        verdict => verdict,
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
