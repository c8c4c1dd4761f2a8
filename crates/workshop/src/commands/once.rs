//! One check, and what it changes in the progress.

use anyhow::bail;

use crate::{
    check::{self, Around},
    desk,
    lesson::Lesson,
    random,
    session::Session,
    told::State,
    verdict::Verdict,
};

/// Checks the lesson named, which becomes the current one, or the current one.
pub async fn run(session: &Session, named: Option<&str>) -> anyhow::Result<()> {
    let _held = session.desk().await;
    let mut progress = session.progress()?;
    let lesson = session.lesson(&progress, named)?;
    bring_back(session, lesson)?;
    progress.choose(lesson);
    progress.save(&session.places.progress())?;
    if !matches!(check(session, lesson).await?, Verdict::Passed) {
        bail!(
            "{}",
            session.words.with("not-passed", &[("lesson", lesson.number)])
        );
    }
    Ok(())
}

/// Puts the lesson on the desk; says so where its file was gone. The caller holds the desk.
pub fn bring_back(session: &Session, lesson: &Lesson) -> anyhow::Result<()> {
    if desk::is_gone(&session.places, lesson) {
        let file = session.places.shown(&desk::file(&session.places, lesson));
        session.say("exercise-back", &[("file", &file)]);
    }
    desk::open(&session.places, lesson)
}

/// Checks, reports, and notes it; the caller holds the desk.
pub async fn check(session: &Session, lesson: &Lesson) -> anyhow::Result<Verdict> {
    session.say("checking", &[("lesson", lesson.number)]);
    session.tell(lesson, State::Working, "");
    let texts = session.texts(lesson)?;
    let draw = drawn(session, lesson)?;
    let (checked, is_unsolved) = desk::checked(&session.places, lesson);
    let around = Around {
        places: &session.places,
        zipkin: &session.zipkin,
        texts: &texts,
        words: &session.words,
        draw,
    };
    let verdict = check::mine(&around, lesson, |wait| session.say(wait.name(), &[])).await?;
    let mut progress = session.progress()?;
    let state = progress.state_mut(lesson);
    verdict.name().clone_into(&mut state.last);
    // The same text again is no other try.
    let counts = !is_unsolved && state.checked != Some(checked);
    state.checked = Some(checked);
    match verdict {
        Verdict::Passed => state.passed = true,
        Verdict::Failed(_) | Verdict::Halted(..) if counts => {
            state.tries = state.tries.saturating_add(1);
        }
        _ => {}
    }
    session.tell(lesson, state_of(&verdict), verdict.name());
    let state = state.clone();
    progress.save(&session.places.progress())?;
    session.report.verdict(&verdict, &texts, &session.words);
    match verdict {
        Verdict::Passed => session.say("after-passing", &[]),
        Verdict::Failed(_) | Verdict::Halted(..) if state.opens_solution() => {
            session.say("solution-open", &[])
        }
        Verdict::Failed(_) => session.say("hint-offer", &[]),
        // The lesson's hints are about something else.
        Verdict::Halted(..) | Verdict::DoesNotCompile(_) | Verdict::DoesNotRun(_) => {}
    }
    Ok(verdict)
}

/// The learner's draw, which stays the same until the lesson is reset.
fn drawn(session: &Session, lesson: &Lesson) -> anyhow::Result<u32> {
    let mut progress = session.progress()?;
    let state = progress.state_mut(lesson);
    if let Some(draw) = state.draw {
        return Ok(draw);
    }
    if lesson.draws() == 1 {
        return Ok(0);
    }
    let draw = random::number();
    state.draw = Some(draw);
    progress.save(&session.places.progress())?;
    Ok(draw)
}

fn state_of(verdict: &Verdict) -> State {
    match verdict {
        Verdict::Passed => State::Passed,
        _ => State::Failed,
    }
}
