//! Programs of others: git, tar, cargo, docker. One that fails is quoted whole.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::Stdio,
};

use anyhow::{Context as _, bail};
use tokio::process::Command;

/// A program and its arguments.
pub struct Tool {
    command: Command,
    shown: String,
}

/// The end of a program that was let fail.
pub struct Ended {
    /// Its exit code; nothing where it was killed.
    pub code: Option<i32>,
    /// Its standard output.
    pub output: String,
}

impl Tool {
    /// A program on the path, or with one.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.stdin(Stdio::null()).kill_on_drop(true);
        Self {
            command,
            shown: program.as_ref().to_string_lossy().into_owned(),
        }
    }

    /// It is started in this folder.
    pub fn inside(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{} {}", self.shown, argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    /// More arguments.
    pub fn args(self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// A variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// Without the variables that cargo set for this program, and those that change what cargo does.
    pub fn without_cargos_own(mut self) -> Self {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_") && text != "CARGO_HOME" {
                self.command.env_remove(&name);
            }
        }
        self
    }

    /// Runs it, and gives its standard output.
    ///
    /// # Errors
    /// No such program; one that fails, with all it said.
    pub async fn run(mut self) -> anyhow::Result<String> {
        let shown = &self.shown;
        let ended = self.command.output().await;
        let ended = ended.with_context(|| format!("cannot start `{shown}`"))?;
        let output = String::from_utf8_lossy(&ended.stdout).into_owned();
        if !ended.status.success() {
            let errors = String::from_utf8_lossy(&ended.stderr);
            bail!("`{shown}` failed, {}:\n{output}{errors}", ended.status);
        }
        Ok(output)
    }

    /// Runs it, however it ends. Its standard error is this program's.
    ///
    /// # Errors
    /// No such program.
    pub async fn end(mut self) -> anyhow::Result<Ended> {
        let shown = &self.shown;
        self.command.stderr(Stdio::inherit()).stdout(Stdio::piped());
        let child = self.command.spawn();
        let child = child.with_context(|| format!("cannot start `{shown}`"))?;
        let ended = child.wait_with_output().await?;
        Ok(Ended {
            code: ended.status.code(),
            output: String::from_utf8_lossy(&ended.stdout).into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_fails_is_quoted_whole() {
        let failed = Tool::new("cargo").args(["no-such-command"]).run().await;
        let error = format!("{:#}", failed.unwrap_err());
        assert!(error.contains("`cargo no-such-command` failed"), "{error}");
        assert!(error.contains("no such command"), "{error}");
        let failed = Tool::new("no-such-program").run().await;
        let error = format!("{:#}", failed.unwrap_err());
        assert!(error.contains("cannot start `no-such-program`"), "{error}");
    }
}
