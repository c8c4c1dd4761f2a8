//! The lessons, and where the learner is among them.

use std::path::Path;

use anyhow::bail;

use crate::{
    desk,
    lesson::Lesson,
    lessons::{self, LESSONS},
    progress::Progress,
    session::Session,
    told::State,
};

/// Every lesson that exists.
pub fn list(session: &Session) -> anyhow::Result<()> {
    let progress = session.progress()?;
    let current = progress.current().map(|lesson| lesson.id);
    for lesson in LESSONS {
        let state = progress.state(lesson);
        let mark = if state.passed { "✓" } else { "·" };
        let here = if current == Some(lesson.id) { "→" } else { " " };
        let title = session.texts(lesson)?.get("title").to_owned();
        session
            .report
            .say(&format!("{here} {mark} {}  {title}", lesson.number));
    }
    session.say("list-legend", &[("count", &LESSONS.len().to_string())]);
    Ok(())
}

/// On to the next lesson.
pub async fn next(session: &Session) -> anyhow::Result<()> {
    let _held = session.desk().await;
    let mut progress = session.progress()?;
    let lesson = session.lesson(&progress, None)?;
    let Some(next) = lessons::after(lesson) else {
        bail!("{}", session.words.get("no-next"));
    };
    if !progress.state(lesson).passed {
        session.say("next-unpassed", &[("lesson", lesson.number)]);
    }
    desk::open(&session.places, next)?;
    session.tell(next, State::Working, "");
    progress.choose(next);
    progress.save(&session.places.progress())?;
    task(session, next)
}

/// The number of lessons that are passed, and the current one.
pub fn show_where(session: &Session) -> anyhow::Result<()> {
    let progress = session.progress()?;
    let passed = LESSONS
        .iter()
        .filter(|lesson| progress.state(lesson).passed)
        .count();
    session.say(
        "where",
        &[
            ("passed", &passed.to_string()),
            ("count", &LESSONS.len().to_string()),
        ],
    );
    Ok(())
}

/// The task of the lesson, and the learner's file.
pub fn task(session: &Session, lesson: &Lesson) -> anyhow::Result<()> {
    let texts = session.texts(lesson)?;
    let readme = format!("workshop/{}/README{}.md", lesson.folder, session.lang.suffix());
    let values = [
        ("lesson", lesson.number),
        ("title", texts.get("title")),
        ("task", texts.get("task")),
        (
            "file",
            &session.places.shown(&desk::file(&session.places, lesson)),
        ),
        ("readme", &readme),
    ];
    session.say("task", &values);
    Ok(())
}

/// The progress as a file.
pub fn export(session: &Session, file: &Path) -> anyhow::Result<()> {
    session.progress()?.save(file)?;
    session.say("exported", &[("file", &file.display().to_string())]);
    Ok(())
}

/// The progress of a file.
pub async fn import(session: &Session, file: &Path) -> anyhow::Result<()> {
    let progress = Progress::read(file).map_err(|refused| session.refused(file, &refused))?;
    let _held = session.desk().await;
    if let Some(lesson) = progress.current() {
        desk::open(&session.places, lesson)?;
    }
    if let Some(kept) = desk::set_progress_aside(&session.places)? {
        session.say("import-kept", &[("file", &session.places.shown(&kept))]);
    }
    progress.save(&session.places.progress())?;
    show_where(session)
}
