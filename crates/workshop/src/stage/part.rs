//! One process of the stage: it says in its first line where it listens, and ends when its standard input closes.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    process::{Child, ChildStdin, Command},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

use super::written::{Written, read};
use crate::seen::Line;

/// The time that a part may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A service drains for up to 5 s, then flushes its spans for up to 5 s more.
const STOP_LIMIT: Duration = Duration::from_secs(12);

/// A part that never said where it listens.
#[derive(Debug)]
pub struct Unheard {
    /// The service.
    pub service: &'static str,
    /// Whether it still ran.
    pub is_late: bool,
    /// Whether it wrote more than any lesson's service.
    pub is_flood: bool,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Unheard {
    /// Its last lines.
    pub fn last(&self) -> &[String] {
        self.lines
            .get(self.lines.len().saturating_sub(8)..)
            .unwrap_or_default()
    }
}

impl std::error::Error for Unheard {}

impl fmt::Display for Unheard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (service, seconds) = (self.service, START_LIMIT.as_secs());
        if self.is_late {
            write!(f, "{service} did not say within {seconds} s that it listens")?;
        } else {
            write!(f, "{service} ended before it listened")?;
        }
        write!(f, "; its last lines:")?;
        self.last()
            .iter()
            .try_for_each(|line| write!(f, "\n  {}", output::clean(line)))
    }
}

/// A running service.
pub struct Part {
    service: &'static str,
    url: String,
    child: Child,
    stdin: Option<ChildStdin>,
    written: Arc<Written>,
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
        if own_program().is_ok_and(|own| own == program) {
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
        let written = Arc::new(Written::default());
        let (told, mut listens) = watch::channel(None);
        let mut readers = JoinSet::new();
        if let Some(stdout) = child.stdout.take() {
            readers.spawn(read(stdout, written.clone(), move |line| tell(&told, line)));
        }
        if let Some(stderr) = child.stderr.take() {
            readers.spawn(read(stderr, written.clone(), |_| ()));
        }
        let stdin = child.stdin.take();
        let mut part = Self {
            service,
            url: String::new(),
            child,
            stdin,
            written,
            readers,
        };
        let url = timeout(START_LIMIT, listens.wait_for(Option::is_some)).await;
        let is_late = url.is_err();
        match url.ok().and_then(Result::ok).and_then(|url| url.clone()) {
            Some(url) => part.url = url,
            None => return Err(part.unheard(is_late).await.into()),
        }
        Ok(part)
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it wrote more than any lesson's service.
    pub fn floods(&self) -> bool {
        self.written.is_flood()
    }

    /// The end of the part, where it has ended.
    pub fn ended(&mut self) -> Option<String> {
        let ended = self.child.try_wait().ok().flatten();
        ended.map(|status| status.to_string())
    }

    /// Lets it finish and deliver, and gives its lines, and whether it had to be killed.
    pub async fn stop(mut self) -> (Vec<Line>, bool) {
        drop(self.stdin.take());
        let limit = if self.floods() { Duration::ZERO } else { STOP_LIMIT };
        let is_killed = timeout(limit, self.child.wait()).await.is_err();
        if is_killed {
            // It fails only for a process that has ended meanwhile.
            let _ = self.child.kill().await;
        }
        self.read_to_end().await;
        let service = self.service;
        let lines = self.written.take();
        let lines = lines.into_iter().map(|text| Line { service, text });
        (lines.collect(), is_killed)
    }

    async fn unheard(&mut self, is_late: bool) -> Unheard {
        let _ = self.child.kill().await;
        self.read_to_end().await;
        let is_flood = self.floods();
        Unheard {
            service: self.service,
            is_late,
            is_flood,
            lines: self.written.take(),
        }
    }

    async fn read_to_end(&mut self) {
        let rest = async { while self.readers.join_next().await.is_some() {} };
        let _ = timeout(Duration::from_secs(1), rest).await;
    }
}

/// This program.
///
/// # Errors
/// A system that does not know.
pub fn own_program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("this program has no path")?;
    Ok(if own.exists() { own } else { built_anew(&own) })
}

/// The place of a program that cargo has built anew since it started: Linux says so at the end of the path of the old one.
fn built_anew(own: &Path) -> PathBuf {
    let path = own.to_str().and_then(|path| path.strip_suffix(" (deleted)"));
    path.map_or_else(|| own.to_owned(), PathBuf::from)
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

/// The first line that says where the part listens counts.
fn tell(told: &watch::Sender<Option<String>>, line: &str) {
    if told.borrow().is_none()
        && let Some(url) = listens_at(line)
    {
        told.send_replace(Some(url));
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
    fn a_program_that_was_built_anew_is_found_at_its_place() {
        for (path, place) in [
            (
                "/three-hops/target/debug/hop (deleted)",
                "/three-hops/target/debug/hop",
            ),
            ("/three-hops/target/debug/hop", "/three-hops/target/debug/hop"),
        ] {
            assert_eq!(built_anew(Path::new(path)), Path::new(place));
        }
    }

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
