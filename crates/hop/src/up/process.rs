//! One service as a child process: this same program. It stops when its standard input closes.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow};
use tokio::{
    process::{Child, ChildStdin, Command},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    screen::{note, waiting},
    up::{
        deaths::{Deaths, TOO_MANY, WITHIN},
        environment::Environment,
        lines::Lines,
        pipe,
    },
};

/// A service drains for up to 5 s, then flushes its spans for up to 5 s more.
const STOP_LIMIT: Duration = Duration::from_secs(12);

/// No service waits longer for the next one: after that it needs it no more, and has spans to deliver at most.
const HEAD_START: Duration = Duration::from_secs(2);

/// The time for the last lines of an ended process.
const READ_LIMIT: Duration = Duration::from_secs(1);

/// The time that a service stays away: long enough to see how its caller fails.
const PAUSE: Duration = Duration::from_secs(1);

/// The start of each process, the first time and again.
#[derive(Debug)]
pub struct Start {
    /// This program. Read once: while it is built anew, its path names nothing.
    pub program: PathBuf,
    /// The environment of the services: the same each time, so that ports and addresses stay.
    pub environment: Environment,
    /// The receiver of their lines.
    pub lines: Arc<Lines>,
    /// Whether one that ends by itself is started again.
    pub again: bool,
}

/// A service that runs, or is about to.
#[derive(Debug)]
pub struct Process {
    start: Arc<Start>,
    /// Its place in the chain.
    index: usize,
    name: &'static str,
    running: Running,
    deaths: Deaths,
}

#[derive(Debug)]
struct Running {
    child: Child,
    /// Held open: the service runs as long as this is.
    stdin: Option<ChildStdin>,
    readers: JoinSet<()>,
}

impl Process {
    /// Starts the service at this place of the chain.
    pub fn start(start: Arc<Start>, index: usize, name: &'static str) -> anyhow::Result<Self> {
        Ok(Self {
            running: Running::start(&start, index, name)?,
            start,
            index,
            name,
            deaths: Deaths::default(),
        })
    }

    /// Starts it again each time it ends by itself. Resolves when that is over, with what there is to say: nobody wants it
    /// again, it ended before the first trace was shown, or it ended too often.
    pub async fn kept_running(&mut self) -> anyhow::Error {
        let mut ended = self.running.ended(self.name).await;
        loop {
            if !self.start.again || self.start.lines.are_held() {
                return self.with_last_lines(&ended);
            }
            if self.deaths.are_too_many_at(Instant::now()) {
                let too_often = format!("{ended}, for the {TOO_MANY}th time in {WITHIN:?}");
                return self.with_last_lines(&too_often);
            }
            note(&format!("hop: {ended}; it is started again in {PAUSE:?}"));
            sleep(PAUSE).await;
            ended = match self.start_again() {
                Ok(()) => self.running.ended(self.name).await,
                Err(error) => format!("{error:#}"),
            };
        }
    }

    /// Its process; none where it has ended.
    pub fn id(&self) -> Option<u32> {
        self.running.child.id()
    }

    fn start_again(&mut self) -> anyhow::Result<()> {
        self.running = Running::start(&self.start, self.index, self.name)?;
        let id = self
            .id()
            .map_or_else(String::new, |id| format!(", as process {id}"));
        let without = if self.start.environment.has_faults() {
            ", without the faults that were set"
        } else {
            ""
        };
        note(&format!("hop: {} is started again{id}{without}", self.name));
        Ok(())
    }

    fn with_last_lines(&self, ended: &str) -> anyhow::Error {
        anyhow!("{ended}; {}", self.start.lines.last_of(self.name))
    }

    /// Tells it to end, and gives it a head start before the next one is told.
    pub async fn begin_to_stop(&mut self) {
        self.running.stdin.take();
        let end = format!("{} to finish", self.name);
        let _ = waiting(&end, timeout(HEAD_START, self.running.child.wait())).await;
    }

    /// Lets it drain and end, and kills it where it does not.
    pub async fn stop(&mut self) {
        self.running.stop(self.name).await;
    }
}

impl Running {
    fn start(start: &Start, index: usize, name: &'static str) -> anyhow::Result<Self> {
        let mut command = Command::new(&start.program);
        command.args([name, "--until-stdin-closes"]).kill_on_drop(true);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        start.environment.apply(name, &mut command);
        let child = command.spawn();
        let mut child = child.with_context(|| format!("{name} cannot be started"))?;
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(pipe::read(index, name, stdout, Arc::clone(&start.lines)));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(pipe::read(index, name, stderr, Arc::clone(&start.lines)));
        }
        // Taken out, or waiting for the child would close it.
        let stdin = child.stdin.take();
        Ok(Self {
            child,
            stdin,
            readers,
        })
    }

    async fn ended(&mut self, name: &str) -> String {
        let status = self.child.wait().await;
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        self.read_to_end().await;
        format!("{name} ended by itself ({status})")
    }

    async fn stop(&mut self, name: &str) {
        self.stdin.take();
        let end = format!("{name} to finish");
        if waiting(&end, timeout(STOP_LIMIT, self.child.wait()))
            .await
            .is_err()
        {
            note(&format!(
                "{name} did not finish within {STOP_LIMIT:?}, and is killed"
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
