//! For the instructor: starters fail with their trap, solutions pass, wrong fixes are known by name.

use std::{fs, io::ErrorKind, path::PathBuf};

use anyhow::{Context as _, bail};
use serde_json::json;

use crate::{
    build::{self, build},
    check, desk,
    lesson::{Lesson, Work},
    lessons::{self, LESSONS},
    session::Session,
};

/// All versions of a lesson as one program.
mod package;

use package::Variant;

/// The lessons to verify, and how often.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Numbers or names of lessons
    #[arg(required_unless_present = "all")]
    lesson: Vec<String>,

    /// Every lesson
    #[arg(long, conflicts_with = "lesson")]
    all: bool,

    /// Only the starter and the solution of each
    #[arg(long)]
    quick: bool,

    /// Run each so many times
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    times: u32,

    /// One JSON object a line, for a program
    #[arg(long)]
    json: bool,
}

/// Builds all versions of the lessons, runs them, and compares.
pub async fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let chosen: Vec<&Lesson> = if args.all {
        LESSONS.iter().collect()
    } else {
        let named = args.lesson.iter();
        let named = named.map(|name| lessons::find(name).ok_or_else(|| session.no_lesson(name)));
        named.collect::<anyhow::Result<_>>()?
    };
    let mut sets = Vec::new();
    for lesson in chosen {
        sets.push((lesson, variants(session, lesson, args.quick)?));
    }
    let target = session.places.target();
    let folder = package::lay_out(&session.places, &sets)?;
    let built = build(&folder, &target, true, |wait| session.say(wait.name(), &[])).await?;
    let mut wrong = 0;
    for (lesson, variants) in &sets {
        wrong += verify(session, args, lesson, variants).await;
    }
    if !built.is_done && wrong > 0 {
        session.report.note(&built.messages);
    }
    match fs::remove_dir_all(&folder) {
        // By a run beside this one.
        Err(gone) if gone.kind() == ErrorKind::NotFound => {}
        removed => removed.with_context(|| format!("cannot remove {}", folder.display()))?,
    }
    if wrong > 0 {
        bail!(
            "{}",
            session
                .words
                .with("verify-failed", &[("count", &wrong.to_string())])
        );
    }
    Ok(())
}

/// The number of a lesson's runs that have another verdict than they must have.
async fn verify(session: &Session, args: &Args, lesson: &Lesson, variants: &[Variant]) -> usize {
    let program = build::program(&session.places.target(), &package::program_of(lesson));
    let mut wrong = 0;
    for variant in variants {
        let named = program.with_file_name(package::name_of(lesson, variant));
        let named = named.with_extension(std::env::consts::EXE_EXTENSION);
        // The program goes by its name.
        let is_there = lesson.work == Work::Program
            && (fs::hard_link(&program, &named).is_ok() || fs::copy(&program, &named).is_ok());
        let mut found = Vec::new();
        for _ in 0..args.times {
            let verdict = if lesson.work == Work::Answers {
                let template = fs::read_to_string(&variant.source).unwrap_or_default();
                check::rehearse(lesson, &template).await.name().to_owned()
            } else if is_there {
                check::run(lesson, &named, variant.draw).await.name().to_owned()
            } else {
                "does-not-compile".to_owned()
            };
            found.push(verdict);
        }
        let right = found.iter().filter(|name| **name == variant.expected).count();
        wrong += found.len() - right;
        say(session, args, lesson, variant, &found, right);
        let _ = fs::remove_file(&named);
    }
    // A debug build of each would fill the disk of a laptop.
    let _ = fs::remove_file(&program);
    wrong
}

fn say(session: &Session, args: &Args, lesson: &Lesson, variant: &Variant, found: &[String], right: usize) {
    if args.json {
        let line = json!({
            "lesson": lesson.number, "id": lesson.id, "variant": variant.name, "expected": variant.expected,
            "verdicts": found, "held": right == found.len(),
        });
        return session.report.say(&line.to_string());
    }
    let mark = if right == found.len() { "✓" } else { "✗" };
    let other = found.iter().find(|name| **name != variant.expected);
    let other = other.map(|name| format!(", not {name}")).unwrap_or_default();
    let (name, expected, runs) = (&variant.name, &variant.expected, found.len());
    session.report.say(&format!(
        "{mark} {} {name:<24} {right}/{runs} {expected}{other}",
        lesson.number
    ));
}

/// The versions of a lesson, each with every draw.
fn variants(session: &Session, lesson: &Lesson, quick: bool) -> anyhow::Result<Vec<Variant>> {
    let mut variants = Vec::new();
    for draw in 0..lesson.draws() {
        variants.extend(with_draw(session, lesson, quick, draw));
    }
    match variants.iter().find(|variant| !variant.source.is_file()) {
        Some(missing) => bail!("{} is missing", missing.source.display()),
        None => Ok(variants),
    }
}

fn with_draw(session: &Session, lesson: &Lesson, quick: bool, draw: u32) -> Vec<Variant> {
    let folder = session.places.lesson(lesson.folder);
    let named = |name: &str| folder.join(format!("{name}.{}", lesson.work.extension()));
    let drawn = (lesson.script)().skew(draw);
    let drawn = drawn.map_or_else(String::new, |skew| format!("-{}", skew.service));
    let variant = |name: &str, source: PathBuf, expected: &str| Variant {
        name: format!("{name}{drawn}"),
        source,
        draw,
        expected: expected.to_owned(),
    };
    let mut variants = vec![
        variant("starter", desk::starter(&session.places, lesson), lesson.trap),
        variant("solution", named("solution"), "passed"),
    ];
    if !quick {
        variants.push(variant("other", named("other"), "passed"));
        let wrong = lesson.wrong.iter();
        variants.extend(wrong.map(|name| variant(name, named(&format!("wrong/{name}")), name)));
    }
    variants
}
