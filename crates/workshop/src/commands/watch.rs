//! The current lesson: its task, then a check each time its file changes.

use std::time::Duration;

use super::{course, once};
use crate::{
    desk,
    lesson::{Lesson, Work},
    session::Session,
};

/// The file's contents are looked at, because not every file system says what changes.
const LOOK: Duration = Duration::from_millis(200);

/// An editor that saves may leave no file, or an empty one, for a moment. After so many looks it is meant.
const PATIENCE: u32 = 10;

/// Watches until Ctrl-C, or until nobody reads any more.
pub async fn run(session: &Session) -> anyhow::Result<()> {
    let mut lesson = opened(session).await?;
    course::show_where(session)?;
    course::task(session, lesson)?;
    let mut checked = None;
    let mut looks_at_nothing = 0;
    loop {
        let text = desk::text(&session.places, lesson).unwrap_or_default();
        looks_at_nothing = if text.is_empty() { looks_at_nothing + 1 } else { 0 };
        if looks_at_nothing == PATIENCE {
            let _held = session.desk().await;
            once::bring_back(session, lesson)?;
        }
        let is_meant = !text.is_empty() || looks_at_nothing > PATIENCE;
        if is_meant && checked.as_ref() != Some(&text) {
            let _held = session.desk().await;
            // While it was waited for, another terminal may have gone on to another lesson.
            if session.lesson(&session.progress()?, None)?.id == lesson.id {
                checked = Some(check(session, lesson).await?);
            }
        }
        tokio::time::sleep(LOOK).await;
        if output::stdout().failure().is_some() {
            return Ok(());
        }
        // Another terminal may have gone on to another lesson.
        let chosen = session.lesson(&session.progress()?, None)?;
        if chosen.id != lesson.id {
            lesson = chosen;
            checked = None;
            course::task(session, lesson)?;
        }
    }
}

/// Checks the file; its text, with the questions that were written into it.
async fn check(session: &Session, lesson: &Lesson) -> anyhow::Result<String> {
    let text = desk::text(&session.places, lesson)?;
    once::check(session, lesson).await?;
    let file = session.places.shown(&desk::file(&session.places, lesson));
    session.say("watching", &[("file", &file)]);
    Ok(match lesson.work {
        Work::Program => text,
        Work::Answers => desk::text(&session.places, lesson).unwrap_or(text),
    })
}

/// The current lesson, on the desk.
async fn opened(session: &Session) -> anyhow::Result<&'static Lesson> {
    let _held = session.desk().await;
    let mut progress = session.progress()?;
    let lesson = session.lesson(&progress, None)?;
    desk::open(&session.places, lesson)?;
    progress.choose(lesson);
    progress.save(&session.places.progress())?;
    Ok(lesson)
}
