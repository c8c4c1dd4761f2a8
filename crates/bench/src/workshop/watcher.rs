//! The runner that watches, and edits of its file.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use super::{clone::Clone, machine};

/// A check ends itself after 90 s; a build before it has no limit.
const PATIENCE: Duration = Duration::from_secs(300);

/// `hop workshop`, and its lines.
pub struct Watcher {
    child: Child,
    lines: Receiver<(Instant, String)>,
}

/// A save, and its verdict.
pub struct Edit {
    /// From the save to the verdict's first line.
    pub took: Duration,
    /// CPU time of the runner and of all that it started.
    pub cpu: Duration,
}

impl Watcher {
    /// Starts it with the clone's lesson, and waits for the first verdict.
    pub fn start(clone: &Clone) -> anyhow::Result<Self> {
        // It becomes the current lesson.
        let mut choose = Command::new(clone.hop());
        let choose = clone.quiet(choose.args(["workshop", "run", &clone.number]));
        choose
            .output()
            .context("hop cannot be started; is the clone built?")?;
        let mut command = Command::new(clone.hop());
        let command = clone.quiet(command.args(["workshop", "--lang", "en"]));
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("hop cannot be started")?;
        let stdout = child.stdout.take().context("hop has no output")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            for line in lines {
                // Nobody listens any more once the measuring is over.
                let _ = sender.send((Instant::now(), line));
            }
        });
        let watcher = Self { child, lines };
        watcher.line("Watching")?;
        Ok(watcher)
    }

    /// Saves the starter or the solution, in turn, with a comment that no save had before.
    pub fn edit(&self, clone: &Clone, number: usize) -> anyhow::Result<Edit> {
        let (version, verdict) = match (number % 2, &clone.versions) {
            (0, [_, solution]) => (solution, "Passed"),
            (_, [starter, _]) => (starter, "Not yet."),
        };
        let saved = (Instant::now(), machine::tree_cpu(self.child.id()));
        fs::write(clone.file(), format!("{version}\n// {:?}\n", saved.0))?;
        let ended = self.line(verdict)?;
        self.line("Watching")?;
        Ok(Edit {
            took: ended.duration_since(saved.0),
            cpu: machine::tree_cpu(self.child.id()).saturating_sub(saved.1),
        })
    }

    /// When a line came that begins so.
    fn line(&self, start: &str) -> anyhow::Result<Instant> {
        let mut others = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok((when, line)) if line.starts_with(start) => return Ok(when),
                Ok((_, line)) if line.starts_with("Watching") => break,
                Ok((_, line)) => others.push(line),
                Err(_) => break,
            }
        }
        bail!("the runner did not say {start:?}, but:\n{}", others.join("\n"))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // It fails only for a process that has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
