//! One process of the stage: it says in its first line where it listens, and ends when its standard input closes.

use std::{
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, ChildStdin, Command},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

use crate::seen::Line;

/// How long a part may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A service drains for up to 5 s, then flushes its spans for up to 5 s more.
const STOP_LIMIT: Duration = Duration::from_secs(12);

/// More lines than these are no lesson's.
const MOST_LINES: usize = 20_000;

/// A running service.
pub struct Part {
    service: &'static str,
    url: String,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Arc<Mutex<Vec<String>>>,
    readers: JoinSet<()>,
}

impl Part {
    /// Starts it and waits until it says where it listens.
    pub async fn start(
        service: &'static str,
        program: &Path,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        // A lesson's program is one service, and knows it.
        if std::env::current_exe().is_ok_and(|own| own == program) {
            command.arg(service);
        }
        command.arg("--until-stdin-closes").env_clear().envs(kept());
        command.envs(variables.iter().copied()).kill_on_drop(true);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {service}"))?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (told, mut listens) = watch::channel(None);
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(read(stdout, lines.clone(), told));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(read(stderr, lines.clone(), watch::channel(None).0));
        }
        let stdin = child.stdin.take();
        let mut part = Self {
            service,
            url: String::new(),
            child,
            stdin,
            lines,
            readers,
        };
        let url = timeout(START_LIMIT, listens.wait_for(Option::is_some)).await;
        match url.ok().and_then(Result::ok).and_then(|url| url.clone()) {
            Some(url) => part.url = url,
            None => return Err(part.failure().await),
        }
        Ok(part)
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets it finish and deliver, and gives its lines, and whether it had to be killed.
    pub async fn stop(mut self) -> (Vec<Line>, bool) {
        drop(self.stdin.take());
        let is_killed = timeout(STOP_LIMIT, self.child.wait()).await.is_err();
        if is_killed {
            // It fails only for a process that has ended meanwhile.
            let _ = self.child.kill().await;
        }
        self.read_to_end().await;
        let service = self.service;
        let lines = std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        let lines = lines.into_iter().map(|text| Line { service, text });
        (lines.collect(), is_killed)
    }

    async fn failure(&mut self) -> anyhow::Error {
        let _ = self.child.kill().await;
        self.read_to_end().await;
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let last: Vec<String> = lines
            .iter()
            .rev()
            .take(8)
            .rev()
            .map(|line| output::clean(line))
            .collect();
        anyhow!("{} did not start:\n  {}", self.service, last.join("\n  "))
    }

    async fn read_to_end(&mut self) {
        let rest = async { while self.readers.join_next().await.is_some() {} };
        let _ = timeout(Duration::from_secs(1), rest).await;
    }
}

/// The part's environment is the script's, and what a process needs to run at all.
fn kept() -> Vec<(String, String)> {
    let needed = [
        "PATH",
        "HOME",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "TMPDIR",
        "USERPROFILE",
        "LD_LIBRARY_PATH",
    ];
    let own = std::env::vars().filter(|(name, _)| needed.contains(&name.to_uppercase().as_str()));
    own.chain([("RUST_BACKTRACE".to_owned(), "0".to_owned())])
        .collect()
}

async fn read(
    pipe: impl AsyncRead + Unpin,
    lines: Arc<Mutex<Vec<String>>>,
    told: watch::Sender<Option<String>>,
) {
    let mut parts = BufReader::new(pipe).split(b'\n');
    while let Ok(Some(line)) = parts.next_segment().await {
        let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
        if told.borrow().is_none()
            && let Some(url) = listens_at(&line)
        {
            told.send_replace(Some(url));
        }
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < MOST_LINES {
            lines.push(line);
        }
    }
}

/// The address in `listening on http://127.0.0.1:8082`, whatever stands around it.
fn listens_at(line: &str) -> Option<String> {
    let (_, address) = line.split_once("listening on http://")?;
    let is_address = |c: char| c.is_ascii_digit() || ".:[]abcdef".contains(c);
    let end = address.find(|c| !is_address(c)).unwrap_or(address.len());
    Some(format!("http://{}", address.get(..end)?.trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_where_a_part_listens() {
        for (line, url) in [
            (
                r#"{"message":"listening on http://127.0.0.1:8082","context":"default"}"#,
                Some("http://127.0.0.1:8082"),
            ),
            (
                "INFO orders : listening on http://127.0.0.1:1",
                Some("http://127.0.0.1:1"),
            ),
            ("getOrder 7", None),
        ] {
            assert_eq!(listens_at(line).as_deref(), url, "{line}");
        }
    }
}
