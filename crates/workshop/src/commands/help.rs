//! Hints, the solution, and back to the start.

use anyhow::bail;

use super::course;
use crate::{check, desk, lesson::Work, report, session::Session};

/// The hints of a lesson.
const HINTS: u32 = 3;

/// The next hint of three; once all were read, all of them again.
pub fn hint(session: &Session) -> anyhow::Result<()> {
    let mut progress = session.progress()?;
    let lesson = session.lesson(&progress, None)?;
    let state = progress.state_mut(lesson);
    if state.last == "does-not-compile" {
        session.say("hint-compile", &[]);
        return Ok(());
    }
    let read = state.hints.min(HINTS);
    let shown = if read == HINTS {
        1..=HINTS
    } else {
        read + 1..=read + 1
    };
    state.hints = *shown.end();
    progress.save(&session.places.progress())?;
    let texts = session.texts(lesson)?;
    for number in shown {
        let hint = texts.get(&format!("hint-{number}")).to_owned();
        session.say("hint", &[("number", &number.to_string()), ("hint", &hint)]);
    }
    Ok(())
}

/// The solution and the why.
pub fn solution(session: &Session) -> anyhow::Result<()> {
    let progress = session.progress()?;
    let lesson = session.lesson(&progress, None)?;
    if !progress.state(lesson).opens_solution() {
        let tries = progress.state(lesson).tries.to_string();
        bail!("{}", session.words.with("solution-shut", &[("tries", &tries)]));
    }
    let folder = session.places.lesson(lesson.folder);
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let solved = read(&format!("solution.{}", lesson.work.extension()))?;
    match lesson.work {
        Work::Program => {
            let start = read(lesson.work.file())?;
            let solved = lesson.filled(&solved, progress.state(lesson).draw.unwrap_or_default());
            session.report.say(&report::difference(&start, &solved));
        }
        Work::Answers => {
            let right = check::right_answers(&session.places, &solved);
            session.report.say(right.unwrap_or_default().trim_end());
        }
    }
    session.say("solution-why", &[("why", session.texts(lesson)?.get("why"))]);
    let path = session.places.shown(&folder);
    session.say("solution-files", &[("folder", &path)]);
    Ok(())
}

/// The unsolved exercise again.
pub async fn reset(session: &Session, all: bool) -> anyhow::Result<()> {
    let _held = session.desk().await;
    let mut progress = session.progress()?;
    let lesson = session.lesson(&progress, None)?;
    let kept = desk::reset(&session.places, lesson)?;
    if all {
        desk::reset_others(&session.places, lesson)?;
    }
    progress.forget(if all { None } else { Some(lesson) });
    if !all {
        progress.choose(lesson);
    }
    progress.save(&session.places.progress())?;
    // Of all that is forgotten, the current lesson is the first again.
    let lesson = session.lesson(&progress, None)?;
    session.say(
        if all { "reset-all" } else { "reset" },
        &[("lesson", lesson.number)],
    );
    if let Some(path) = kept {
        session.say("reset-kept", &[("file", &session.places.shown(&path))]);
    }
    course::show_where(session)
}
