//! Before the course: everything that needs a network or takes long.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use crate::{
    build::{Wait, build},
    desk,
    lessons::LESSONS,
    session::Session,
};

/// A bundle for laptops without a network.
mod bundle;

/// The choices of `prepare`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// For instructors: make one archive in this folder for laptops without a network, and prove that it works
    #[arg(long, value_name = "FOLDER")]
    bundle: Option<PathBuf>,

    /// Also save the images of `docker compose up` there
    #[arg(long, requires = "bundle")]
    images: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop workshop prepare                            this machine, with a network
  hop workshop prepare --bundle ../class          thirty machines without one
  hop workshop prepare --bundle ../class --images their images (needs docker)

The bundle is a clone of what is committed, the crates that it and the lessons
need, and cargo's settings. It is unpacked, built without a network and without
cargo's cache, and one lesson is checked in it. While it is made it takes 2.5 GB
of disk; 50 MB are left, and with --images the images.";

/// The oldest toolchain that builds the lessons.
const RUST: (u32, u32) = (1, 90);

/// Looks for the toolchain, downloads the crates that lessons need into cargo's own cache, and builds them once.
///
/// # Errors
/// No toolchain, or one that is too old; a build that fails; a bundle that cannot be made.
pub async fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    toolchain(session).await?;
    match &args.bundle {
        Some(folder) => bundle::make(session, folder, args.images).await,
        None => build_here(session).await,
    }
}

async fn toolchain(session: &Session) -> anyhow::Result<()> {
    let version = Command::new("rustc").arg("--version").output().await;
    let version = version.context("rustc cannot be started: install Rust from https://rustup.rs")?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    if number(&version).is_none_or(|found| found < RUST) {
        bail!(
            "{version} is too old, or unknown: the lessons need Rust {}.{}",
            RUST.0,
            RUST.1
        );
    }
    session.say("prepare-toolchain", &[("version", &version)]);
    Ok(())
}

async fn build_here(session: &Session) -> anyhow::Result<()> {
    let lesson = session
        .lesson(&session.progress()?, None)
        .ok()
        .or(LESSONS.first());
    let Some(lesson) = lesson else {
        bail!("there are no lessons")
    };
    let _held = session.desk().await;
    desk::open(&session.places, lesson)?;
    session.say("prepare-build", &[]);
    let (mine, target) = (session.places.mine(), session.places.target());
    let waits = |wait: Wait| {
        // That the dependencies are built is said already.
        if wait == Wait::Lock {
            session.say(wait.name(), &[]);
        }
    };
    let built = build(&mine, &target, false, waits).await?;
    if !built.is_done {
        bail!("{}\n{}", session.words.get("prepare-failed"), built.messages);
    }
    session.say("prepare-done", &[]);
    Ok(())
}

/// The first two numbers of `rustc 1.95.0 (…)`.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(' ').nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_has_a_number() {
        assert_eq!(number("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(number("rustc"), None);
    }
}
