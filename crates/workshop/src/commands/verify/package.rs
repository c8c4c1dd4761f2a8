//! All versions of a lesson as one program: a module for each, and the name of the program's file says which one runs. One program
//! is linked, instead of ten.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    desk,
    lesson::{Lesson, Work},
    places::Places,
};

/// A version of an exercise, and the verdict that it must get.
pub struct Variant {
    /// Its name among those of the lesson.
    pub name: String,
    /// The file of its text.
    pub source: PathBuf,
    /// The draw that it is right or wrong for.
    pub draw: u32,
    /// The name of the verdict.
    pub expected: String,
}

/// The program with all versions of a lesson.
pub fn program_of(lesson: &Lesson) -> String {
    format!("lesson_{}", lesson.number)
}

/// The name under which that program is a certain version.
pub fn name_of(lesson: &Lesson, variant: &Variant) -> String {
    format!("lesson_{}_{}", lesson.number, variant.name)
}

/// A package with one program a lesson, with the dependencies and the lock of the lessons.
///
/// # Errors
/// A file that cannot be read, a folder that cannot be written.
pub fn lay_out(places: &Places, sets: &[(&Lesson, Vec<Variant>)]) -> anyhow::Result<PathBuf> {
    let folder = places.target().join("workshop-verify");
    let _ = fs::remove_dir_all(&folder);
    let manifest = read(&places.workshop().join("lesson.toml"))?.replace("\"mine\"", "\"verify\"");
    let manifest = manifest.replace("\"../kit\"", "\"../../workshop/kit\"");
    let workspace = read(&places.workshop().join("Cargo.toml"))?;
    let profiles = workspace
        .find("[profile")
        .and_then(|start| workspace.get(start..))
        .unwrap_or_default();
    // A package of answers alone has a library, so that it is one.
    write(&folder.join("src").join("lib.rs"), "//! Nothing.\n")?;
    write(
        &folder.join("Cargo.toml"),
        &format!("{manifest}\n[workspace]\n\n{profiles}"),
    )?;
    write(
        &folder.join("Cargo.lock"),
        &read(&places.workshop().join("Cargo.lock"))?,
    )?;
    let programs = sets.iter().filter(|(lesson, _)| lesson.work == Work::Program);
    for (lesson, variants) in programs {
        let program = folder.join("src").join("bin").join(program_of(lesson));
        let main = read(&desk::main_of(places, lesson))?.replace("async fn main", "pub async fn main");
        for variant in variants {
            let module = program.join(&variant.name);
            write(&module.join("main.rs"), &main)?;
            let text = lesson.filled(&read(&variant.source)?, variant.draw);
            write(&module.join("exercise.rs"), &text)?;
        }
        write(&program.join("main.rs"), &dispatch(lesson, variants))?;
    }
    Ok(folder)
}

/// The program that runs the version it is named after.
fn dispatch(lesson: &Lesson, variants: &[Variant]) -> String {
    let (mut modules, mut arms) = (String::new(), String::new());
    for (number, variant) in variants.iter().enumerate() {
        let (folder, name) = (&variant.name, name_of(lesson, variant));
        // Writing to a text cannot fail.
        let _ = writeln!(modules, "#[path = \"{folder}/main.rs\"]\nmod v{number};");
        let _ = writeln!(arms, "        \"{name}\" => v{number}::main(),");
    }
    format!(
        "//! The versions of an exercise.\n\n{modules}\nfn main() -> anyhow::Result<()> {{\n    \
         let own = std::env::args().next().unwrap_or_default();\n    \
         let name = std::path::Path::new(&own).file_stem().unwrap_or_default();\n    \
         match name.to_str().unwrap_or_default() {{\n{arms}        \
         other => anyhow::bail!(\"there is no version {{other}}\"),\n    }}\n}}\n"
    )
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.with_context(|| format!("cannot write {}", path.display()))
}
