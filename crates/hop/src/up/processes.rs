//! The three services as child processes: this same program, once each. They stop when their standard input closes.

use std::{process::Stdio, sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, ChildStdin, Command},
    task::JoinSet,
    time::timeout,
};

use crate::{
    interrupts::Interrupts,
    screen::{note, waiting},
    up::{environment::Environment, lines::Lines},
};

/// The services from the edge inwards: the order in which they stop, so that none loses the one it calls.
pub const SERVICES: [&str; 3] = ["gateway", "orders", "inventory"];

/// A service drains for up to 5 s, then flushes its spans for up to 5 s more.
const STOP_LIMIT: Duration = Duration::from_secs(12);

/// How long the last lines of an ended process may take to be read.
const READ_LIMIT: Duration = Duration::from_secs(1);

/// Three running services.
#[derive(Debug)]
pub struct Processes([Process; 3]);

#[derive(Debug)]
struct Process {
    name: &'static str,
    child: Child,
    /// Held open: the service runs as long as this is.
    stdin: Option<ChildStdin>,
    readers: JoinSet<()>,
}

impl Processes {
    /// Starts all three.
    pub fn start(environment: &Environment, lines: &Arc<Lines>) -> anyhow::Result<Self> {
        let start = |index, name| {
            let process = Process::start(index, name, environment, lines);
            process.with_context(|| format!("cannot start {name}"))
        };
        let [gateway, orders, inventory] = SERVICES;
        Ok(Self([
            start(0, gateway)?,
            start(1, orders)?,
            start(2, inventory)?,
        ]))
    }

    /// Resolves when one of them ends by itself, with what there is to say about it.
    pub async fn one_died(&mut self, lines: &Lines) -> anyhow::Error {
        let [gateway, orders, inventory] = &mut self.0;
        let (process, status) = tokio::select! {
            status = gateway.child.wait() => (gateway, status),
            status = orders.child.wait() => (orders, status),
            status = inventory.child.wait() => (inventory, status),
        };
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        process.read_to_end().await;
        anyhow!(
            "{} ended by itself ({status}); {}",
            process.name,
            lines.last_of(process.name)
        )
    }

    /// Stops one after the other, the edge first. A further interrupt kills what is left.
    pub async fn stop(mut self, interrupts: &Interrupts) -> anyhow::Result<()> {
        let impatient = interrupts.count() + 1;
        for process in &mut self.0 {
            tokio::select! {
                () = process.stop() => {}
                () = interrupts.at_least(impatient) => {
                    // Dropped, they are killed.
                    drop(self);
                    bail!("killed at once; spans that were not sent yet are lost");
                }
            }
        }
        Ok(())
    }
}

impl Process {
    fn start(
        index: usize,
        name: &'static str,
        environment: &Environment,
        lines: &Arc<Lines>,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([name, "--until-stdin-closes"]).kill_on_drop(true);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        environment.apply(name, &mut command);
        let mut child = command.spawn()?;
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(read(index, name, stdout, Arc::clone(lines)));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(read(index, name, stderr, Arc::clone(lines)));
        }
        // Taken out, or waiting for the child would close it.
        let stdin = child.stdin.take();
        Ok(Self {
            name,
            child,
            stdin,
            readers,
        })
    }

    async fn stop(&mut self) {
        self.stdin.take();
        let end = format!("{} to finish", self.name);
        if waiting(&end, timeout(STOP_LIMIT, self.child.wait()))
            .await
            .is_err()
        {
            note(&format!(
                "{} did not finish within {STOP_LIMIT:?}, and is killed",
                self.name
            ));
            // It fails only for a process that has ended meanwhile.
            let _ = self.child.kill().await;
        }
        self.read_to_end().await;
    }

    /// Waits for the lines that are still in the pipes, unless somebody else holds them open.
    async fn read_to_end(&mut self) {
        let _ = timeout(READ_LIMIT, async {
            while self.readers.join_next().await.is_some() {}
        })
        .await;
    }
}

async fn read(index: usize, service: &'static str, pipe: impl AsyncRead + Unpin, lines: Arc<Lines>) {
    let mut parts = BufReader::new(pipe).split(b'\n');
    while let Ok(Some(line)) = parts.next_segment().await {
        let line = String::from_utf8_lossy(&line);
        lines.take(index, service, line.trim_end_matches('\r'));
    }
}
