//! For the instructor: starters fail with their trap, solutions pass, wrong fixes are known by name.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde_json::json;

use crate::{
    build::{self, build},
    check, desk,
    lesson::Lesson,
    lessons::{self, LESSONS},
    session::Session,
};

/// The lessons to verify, and how often.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Number or name of a lesson
    #[arg(required_unless_present = "all")]
    lesson: Option<String>,

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

/// A version of an exercise, and the verdict that it must get.
struct Variant {
    name: String,
    source: PathBuf,
    expected: String,
}

/// Builds all versions of a lesson, runs them, and compares.
pub async fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let chosen: Vec<&Lesson> = match &args.lesson {
        Some(name) => vec![lessons::find(name)?],
        None => LESSONS.iter().collect(),
    };
    let mut wrong = 0;
    for lesson in chosen {
        wrong += verify(session, args, lesson).await?;
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

/// How many of a lesson's runs have another verdict than they must have.
async fn verify(session: &Session, args: &Args, lesson: &Lesson) -> anyhow::Result<usize> {
    let variants = variants(session, lesson, args.quick)?;
    let target = session.places.target();
    let folder = lay_out(session, lesson, &variants)?;
    let built = build(&folder, &target, true, || session.say("cargo-waits", &[])).await?;
    let mut wrong = 0;
    for variant in &variants {
        let program = build::program(&target, &program_of(lesson, variant));
        let mut found = Vec::new();
        for _ in 0..args.times {
            let verdict = if program.exists() {
                check::run(lesson, &program).await.name().to_owned()
            } else {
                "does-not-compile".to_owned()
            };
            found.push(verdict);
        }
        let right = found.iter().filter(|name| **name == variant.expected).count();
        wrong += found.len() - right;
        say(session, args, lesson, variant, &found, right);
        // A debug build of each would fill the disk of a laptop.
        let _ = fs::remove_file(&program);
    }
    if !built.is_done && wrong > 0 {
        session.report.note(&built.messages);
    }
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok(wrong)
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

fn variants(session: &Session, lesson: &Lesson, quick: bool) -> anyhow::Result<Vec<Variant>> {
    let folder = session.places.lesson(lesson.folder);
    let variant = |name: &str, source: PathBuf, expected: &str| Variant {
        name: name.to_owned(),
        source,
        expected: expected.to_owned(),
    };
    let mut variants = vec![
        variant("starter", desk::starter(&session.places, lesson), lesson.trap),
        variant("solution", folder.join("solution.rs"), "passed"),
    ];
    if !quick {
        variants.push(variant("other", folder.join("other.rs"), "passed"));
        let wrong = lesson.wrong.iter();
        variants
            .extend(wrong.map(|name| variant(name, folder.join("wrong").join(format!("{name}.rs")), name)));
    }
    match variants.iter().find(|variant| !variant.source.is_file()) {
        Some(missing) => bail!("{} is missing", missing.source.display()),
        None => Ok(variants),
    }
}

fn program_of(lesson: &Lesson, variant: &Variant) -> String {
    format!("lesson_{}_{}", lesson.number, variant.name)
}

/// A package with one program a variant, with the dependencies and the lock of the lessons.
fn lay_out(session: &Session, lesson: &Lesson, variants: &[Variant]) -> anyhow::Result<PathBuf> {
    let places = &session.places;
    let folder = places.target().join("workshop-verify");
    let _ = fs::remove_dir_all(&folder);
    let read =
        |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let manifest = read(&places.workshop().join("lesson.toml"))?.replace("\"mine\"", "\"verify\"");
    let manifest = manifest.replace("\"../kit\"", "\"../../workshop/kit\"");
    let workspace = read(&places.workshop().join("Cargo.toml"))?;
    let profiles = workspace
        .find("[profile")
        .and_then(|start| workspace.get(start..))
        .unwrap_or_default();
    let main = read(&desk::main_of(places, lesson))?;
    let mut files = vec![
        (
            folder.join("Cargo.toml"),
            format!("{manifest}\n[workspace]\n\n{profiles}"),
        ),
        (
            folder.join("Cargo.lock"),
            read(&places.workshop().join("Cargo.lock"))?,
        ),
    ];
    for variant in variants {
        let bin = folder.join("src").join("bin").join(program_of(lesson, variant));
        files.push((bin.join("main.rs"), main.clone()));
        files.push((bin.join("exercise.rs"), read(&variant.source)?));
    }
    for (path, text) in files {
        let folder = path.parent().unwrap_or(&path);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        written.with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(folder)
}
