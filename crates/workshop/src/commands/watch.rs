//! The current lesson: its task, then a check each time its file changes.

use std::time::Duration;

use super::{course, once};
use crate::{desk, lesson::Work, session::Session};

/// The file's contents are looked at, because not every file system says what changes.
const LOOK: Duration = Duration::from_millis(200);

/// Watches until Ctrl-C, or until nobody reads any more.
pub async fn run(session: &Session) -> anyhow::Result<()> {
    let mut progress = session.progress()?;
    let mut lesson = session.lesson(&progress, None)?;
    desk::open(&session.places, lesson)?;
    progress.choose(lesson);
    progress.save(&session.places.progress())?;
    course::show_where(session)?;
    course::task(session, lesson)?;
    let mut checked = String::new();
    loop {
        let text = desk::text(&session.places, lesson).unwrap_or_default();
        if text != checked && !text.is_empty() {
            let is_new = !checked.is_empty();
            once::check(session, lesson, is_new).await?;
            // Questions may have been written into it.
            checked = match lesson.work {
                Work::Program => text,
                Work::Answers => desk::text(&session.places, lesson).unwrap_or(text),
            };
            session.say(
                "watching",
                &[(
                    "file",
                    &session.places.shown(&desk::file(&session.places, lesson)),
                )],
            );
        }
        tokio::time::sleep(LOOK).await;
        if output::stdout().failure().is_some() {
            return Ok(());
        }
        // Another terminal may have gone on to another lesson.
        let chosen = session.lesson(&session.progress()?, None)?;
        if chosen.id != lesson.id {
            lesson = chosen;
            checked.clear();
            course::task(session, lesson)?;
        }
    }
}
