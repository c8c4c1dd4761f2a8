//! Programs that are asked for their versions, within a time.

use std::{process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

/// One that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(3);

/// The first line of what a program says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is not installed.
    Absent,
    /// It ran and failed.
    Failed(String),
    /// It said this.
    Said(String),
}

/// Runs it.
pub async fn ask(program: &str, arguments: &[&str]) -> Answer {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    match timeout(LIMIT, command.output()).await {
        Err(_) => Answer::Failed(format!("no answer within {LIMIT:?}")),
        Ok(Err(_)) => Answer::Absent,
        Ok(Ok(output)) => {
            let first = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.lines().next().unwrap_or_default().trim().to_owned()
            };
            if output.status.success() {
                Answer::Said(first(&output.stdout))
            } else {
                Answer::Failed(first(&output.stderr))
            }
        }
    }
}

/// The first number with a dot in a text, as major and minor version.
pub fn version(text: &str) -> Option<(u32, u32)> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .find_map(|word| {
            let mut numbers = word.split('.');
            Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_its_sentence() {
        for (text, found) in [
            ("rustc 1.90.0 (1159e78c4 2025-09-14)", Some((1, 90))),
            ("Docker version 27.5.1, build 9f9e405", Some((27, 5))),
            ("Docker Compose version v2.32.4", Some((2, 32))),
            ("docker-compose version 1.29.2, build x", Some((1, 29))),
            ("no version", None),
        ] {
            assert_eq!(version(text), found, "{text}");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_absent() {
        assert_eq!(ask("no-such-program-of-any-kind", &[]).await, Answer::Absent);
    }
}
