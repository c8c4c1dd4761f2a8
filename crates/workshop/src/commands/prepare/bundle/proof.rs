//! A bundle proves itself as a learner meets it: unpacked elsewhere, built without a network and without cargo's cache, and one lesson
//! inside, unsolved and solved.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};

use super::tool::{Ended, Tool};
use crate::{
    build::cargo,
    lesson::{Lesson, Work},
    lessons::LESSONS,
    places::Places,
    session::Session,
};

/// Unpacks the archive of the folder, whose own folder has this name, and builds and runs what is in it.
///
/// # Errors
/// A bundle that does not work, with what it said.
pub async fn prove(session: &Session, folder: &Path, archive: &str, name: &str) -> anyhow::Result<()> {
    let place = folder.join("proof");
    fs::create_dir_all(place.join("cargo"))?;
    let unpack = Tool::new("tar").inside(&place);
    unpack.args(["-xzf", &format!("../{archive}")]).run().await?;
    let places = Places::at(&place.join(name).join("three-hops"));
    let lesson = LESSONS.iter().find(|lesson| lesson.work == Work::Program);
    let lesson = lesson.context("there are no lessons")?;
    let unsolved = check(&place, &places, lesson).await?;
    if unsolved.code != Some(1) || !unsolved.output.contains(&format!("[{}]", lesson.trap)) {
        return fails(session, lesson, &unsolved);
    }
    let solution = places.lesson(lesson.folder).join("solution.rs");
    fs::copy(solution, places.mine().join(lesson.work.file()))?;
    let solved = check(&place, &places, lesson).await?;
    if solved.code != Some(0) {
        return fails(session, lesson, &solved);
    }
    Ok(())
}

/// Commands that a learner types, with nothing but the bundle.
async fn check(place: &Path, places: &Places, lesson: &Lesson) -> anyhow::Result<Ended> {
    let run = Tool::new(cargo()).inside(places.root()).without_cargos_own();
    let run = run.args([
        "run",
        "--locked",
        "--",
        "workshop",
        "--lang",
        "en",
        "run",
        lesson.number,
    ]);
    run.env("CARGO_HOME", place.join("cargo"))
        .env("CARGO_NET_OFFLINE", "true")
        .end()
        .await
}

fn fails(session: &Session, lesson: &Lesson, ended: &Ended) -> anyhow::Result<()> {
    let code = ended.code.map_or_else(|| "?".to_owned(), |code| code.to_string());
    let values = [
        ("lesson", lesson.number),
        ("code", &code),
        ("output", &ended.output),
    ];
    bail!("{}", session.words.with("bundle-unproved", &values))
}
