//! A learner's waiting: from a clone to the first verdict, and from a save to its verdict while the runner watches.

use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// The clone that is measured in.
mod clone;

/// Cargo's checks, one after the other, as an editor starts them.
mod editor;

/// CPU time and load, as Linux tells them.
mod machine;

/// The runner that watches.
mod watcher;

use clone::Clone;
use editor::Editor;
use watcher::{Edit, Watcher};

pub const EXAMPLES: &str = "Examples:
  cargo run -p bench -- workshop                  clone, build, then 20 edits twice
  cargo run -p bench -- workshop --edits 100
  cargo run -p bench -- workshop --lesson 10      one that waits for a collector
  cargo run -p bench -- workshop --clone FOLDER   in a clone that is built; its
                                                  workshop/mine is overwritten

A save that finds the processor busy waits for it: quote the load. The CPU time
of an edit is that of the runner, cargo, rustc, the linker and the services.";

/// Settings of the measurement.
#[derive(clap::Args)]
pub struct Args {
    /// Saves, without and again with an editor's checks beside them
    #[arg(long, value_name = "N", default_value_t = 20)]
    edits: usize,

    /// The lesson whose starter and solution are saved in turn
    #[arg(long, value_name = "NUMBER", default_value = "2")]
    lesson: String,

    /// A clone that is built, instead of a new one; its `workshop/mine` is overwritten
    #[arg(long, value_name = "FOLDER")]
    clone: Option<PathBuf>,
}

/// Measures, and prints a table.
pub fn run(args: &Args) -> anyhow::Result<()> {
    println!("{}\n", machine::described());
    let clone = match &args.clone {
        Some(folder) => Clone::found(folder, &args.lesson)?,
        None => first_verdict(&args.lesson)?,
    };
    println!(
        "| from a save to its verdict, lesson {} | edits | p50 ms | p95 ms | longest ms | CPU ms an edit |",
        clone.number
    );
    println!("|---|--:|--:|--:|--:|--:|");
    let watcher = Watcher::start(&clone)?;
    row("alone", &edits(&watcher, &clone, args.edits)?);
    let editor = Editor::start(&clone.folder);
    row(
        "beside `cargo check`, again and again",
        &edits(&watcher, &clone, args.edits)?,
    );
    let checks = editor.stop();
    println!("\n`cargo check` ran {checks} times. {}", machine::load());
    Ok(())
}

/// Clones, builds and checks a lesson, as somebody does who has cargo's cache and nothing else.
fn first_verdict(lesson: &str) -> anyhow::Result<Clone> {
    let began = (Instant::now(), machine::children_cpu());
    let clone = Clone::new(lesson)?;
    let mut run = Command::new("cargo");
    run.args([
        "run",
        "--locked",
        "--",
        "workshop",
        "--lang",
        "en",
        "run",
        &clone.number,
    ]);
    let ended = clone
        .quiet(&mut run)
        .output()
        .context("cargo cannot be started")?;
    let output = String::from_utf8_lossy(&ended.stdout);
    if !output.contains("Diagnosis [") {
        bail!("no verdict:\n{output}{}", String::from_utf8_lossy(&ended.stderr));
    }
    let cpu = machine::children_cpu().saturating_sub(began.1);
    println!(
        "From `git clone` to the first verdict, with cargo's cache: {:.0} s, {:.0} s of CPU. {}\n",
        began.0.elapsed().as_secs_f64(),
        cpu.as_secs_f64(),
        machine::load()
    );
    Ok(clone)
}

fn edits(watcher: &Watcher, clone: &Clone, count: usize) -> anyhow::Result<Vec<Edit>> {
    (0..count).map(|number| watcher.edit(clone, number)).collect()
}

fn row(name: &str, edits: &[Edit]) {
    let mut times: Vec<Duration> = edits.iter().map(|edit| edit.took).collect();
    times.sort();
    let at = |percent: usize| {
        let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(index).copied().unwrap_or_default().as_millis()
    };
    let cpu: Duration = edits.iter().map(|edit| edit.cpu).sum();
    let cpu = cpu.as_millis() / (edits.len().max(1) as u128);
    println!(
        "| {name} | {} | {} | {} | {} | {cpu} |",
        edits.len(),
        at(50),
        at(95),
        at(100)
    );
}
