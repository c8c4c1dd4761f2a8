//! A bundle for laptops that see no network: one archive with the repository, the crates that it and its lessons need, and cargo's
//! settings that point at them. It is proved before it is given away.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, bail};

use crate::{build::cargo, desk, lesson::Work, lessons::LESSONS, places::Places, session::Session};

/// Free room on a disk.
mod disk;

/// The images of the containers.
mod images;

/// An unpacked bundle, without a network and without cargo's cache.
mod proof;

/// Programs of others, with their whole messages.
mod tool;

use images::Images;
use tool::Tool;

/// The folder in the archive, and the archive.
const NAME: &str = "three-hops-workshop";

/// Megabytes: three times the crates as sources, and a debug build of everything.
const NEEDED: u64 = 2500;

/// Cargo's settings beside the repository.
const SETTINGS: &str = "\
# The crates are beside the repository, and cargo asks no network for any.
[source.crates-io]
replace-with = \"vendored-sources\"

[source.vendored-sources]
directory = \"vendor\"

[net]
offline = true
";

/// Makes the bundle in a folder that is empty or not there, and proves it. Nothing is left of one that fails.
///
/// # Errors
/// A folder with something in it, too little room, and whatever a step says.
pub async fn make(session: &Session, folder: &Path, has_images: bool) -> anyhow::Result<()> {
    let folder = emptied(folder)?;
    let shown = folder.display().to_string();
    // Those that are missing are named before the long work.
    let images = match has_images {
        true => Some(Images::of(session.places.root()).await?),
        false => None,
    };
    let needed = NEEDED + images.as_ref().map_or(0, Images::megabytes);
    let said = needed.to_string();
    session.say("bundle-start", &[("folder", &shown), ("needed", &said)]);
    disk::holds(&folder, needed).await?;
    let began = Instant::now();
    let made = steps(session, &folder, images.as_ref()).await;
    for work in ["making", "proof"] {
        remove(&folder.join(work))?;
    }
    if made.is_err() {
        for file in fs::read_dir(&folder)?.flatten() {
            fs::remove_file(file.path())?;
        }
    }
    made?;
    let size = megabytes(&folder)?.to_string();
    let seconds = began.elapsed().as_secs().to_string();
    let values = [("folder", &*shown), ("size", &size), ("seconds", &seconds)];
    session.say("bundle-done", &values);
    Ok(())
}

async fn steps(session: &Session, folder: &Path, images: Option<&Images>) -> anyhow::Result<()> {
    let count = if images.is_some() { "5" } else { "4" };
    let step = |number: &str, name: &str| session.say(name, &[("number", number), ("count", count)]);
    let inside = folder.join("making").join(NAME);
    fs::create_dir_all(&inside)?;
    step("1", "bundle-clone");
    let clone = copied(session, &inside).await?;
    step("2", "bundle-vendor");
    vendor(&inside, &clone).await?;
    step("3", "bundle-archive");
    pack(folder).await?;
    if let Some(images) = images {
        step("4", "bundle-images");
        images.save(folder).await?;
    }
    step(count, "bundle-proof");
    proof::prove(session, folder, &archive(), NAME).await
}

/// The files that are copied to each laptop.
fn megabytes(folder: &Path) -> anyhow::Result<u64> {
    let files = fs::read_dir(folder)?.flatten();
    let bytes = files
        .filter_map(|file| file.metadata().ok())
        .map(|file| file.len());
    Ok(bytes.sum::<u64>() / 1_000_000)
}

/// The folder, made where there is none.
fn emptied(folder: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Cargo and tar are started in other folders.
    let folder = std::path::absolute(folder)?;
    let mut inside = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    if inside.next().is_some() {
        bail!(
            "{} is not empty; name a folder that is empty, or none that exists",
            folder.display()
        );
    }
    Ok(folder)
}

/// A clone of what is committed.
async fn copied(session: &Session, inside: &Path) -> anyhow::Result<PathBuf> {
    let root = session.places.root();
    let git = |folder: &Path| Tool::new("git").inside(folder);
    let changes = git(root).args(["status", "--porcelain"]).run().await;
    let changes = changes.context("a bundle is made of a commit, so it needs a clone, with git")?;
    if !changes.is_empty() {
        session.say("bundle-uncommitted", &[("files", changes.trim_end())]);
    }
    let clone = inside.join("three-hops");
    // Its pack is its own, whatever the clone before it shares with others.
    let arguments = ["clone", "--quiet", "--no-local", "."];
    git(root).args(arguments).arg(&clone).run().await?;
    // `git pull` asks whom the instructor's clone asks.
    match git(root).args(["remote", "get-url", "origin"]).run().await {
        Ok(url) => {
            git(&clone)
                .args(["remote", "set-url", "origin", url.trim()])
                .run()
                .await?
        }
        Err(_) => git(&clone).args(["remote", "remove", "origin"]).run().await?,
    };
    Ok(clone)
}

/// Every crate in the two lock files.
async fn vendor(inside: &Path, clone: &Path) -> anyhow::Result<()> {
    let places = Places::at(clone);
    let program = LESSONS.iter().find(|lesson| lesson.work == Work::Program);
    // The lock of the lessons has the learner's package in it.
    desk::open(&places, program.context("there are no lessons")?)?;
    let learners = places.workshop().join("Cargo.toml");
    let arguments = ["vendor", "--quiet", "--locked", "--versioned-dirs", "--sync"];
    let vendor = Tool::new(cargo()).inside(clone).args(arguments);
    let crates = inside.join("vendor");
    vendor
        .arg(&learners)
        .arg(&crates)
        .without_cargos_own()
        .run()
        .await?;
    remove(&places.mine())?;
    write(&inside.join(".cargo").join("config.toml"), SETTINGS)
}

/// One archive, and the page that says how to unpack it.
async fn pack(folder: &Path) -> anyhow::Result<()> {
    for (name, text) in [
        ("START.md", include_str!("../../../words/start.md")),
        ("START.ko.md", include_str!("../../../words/start.ko.md")),
    ] {
        write(&folder.join(name), text)?;
        write(&folder.join("making").join(NAME).join(name), text)?;
    }
    // Names without a drive: some tars take `C:` for another machine.
    let arguments = ["-czf", &archive(), "-C", "making", NAME];
    Tool::new("tar").inside(folder).args(arguments).run().await?;
    Ok(())
}

/// The archive's name.
fn archive() -> String {
    format!("{NAME}.tar.gz")
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}
