//! One process of ours: this program again, with another command. It ends when its standard input closes, and is
//! killed when it is dropped.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A profiler may take its time.
const START_LIMIT: Duration = Duration::from_secs(300);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A running process.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Process {
    /// Starts this program under `under` with `args`, and waits for the address that it says. What it writes to
    /// standard output goes to the null device: everybody pays for the write, nobody for a slow reader.
    pub async fn start(under: &[String], args: &[&str]) -> anyhow::Result<Self> {
        let own = std::env::current_exe()?;
        let own = own.to_str().context("the path of this program is not UTF-8")?;
        let mut words = under.iter().map(String::as_str).chain([own]);
        let mut command = Command::new(words.next().unwrap_or(own));
        command.args(words).args(args);
        for (name, _) in std::env::vars_os() {
            // Variables that the user has set are meant for other processes.
            let text = name.to_string_lossy();
            if text.starts_with("OTEL_")
                || ["RUST_LOG", "LOG_FORMAT", "MDC_PROPAGATE", "SERVER_SPAN_JOIN"].contains(&&*text)
            {
                command.env_remove(&name);
            }
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {own}"))?;
        let errors = child.stderr.take().context("no standard error")?;
        let mut lines = BufReader::new(errors).lines();
        let address = timeout(START_LIMIT, address(&mut lines))
            .await
            .context("a service did not start")??;
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("{line}");
            }
        });
        Ok(Self { child, address })
    }

    /// Its process id.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Lets it end by itself; kills it when it does not.
    pub async fn stop(&mut self) {
        drop(self.child.stdin.take());
        if timeout(STOP_LIMIT, self.child.wait()).await.is_err() {
            _ = self.child.kill().await;
        }
    }
}

/// The first line that is an address; others, such as a profiler's, are passed on.
async fn address(
    lines: &mut tokio::io::Lines<BufReader<tokio::process::ChildStderr>>,
) -> anyhow::Result<String> {
    while let Some(line) = lines.next_line().await? {
        if line.parse::<std::net::SocketAddr>().is_ok() {
            return Ok(line);
        }
        eprintln!("{line}");
    }
    anyhow::bail!("a service ended before it listened")
}
