//! Help of all commands, as it is written.

use clap::CommandFactory as _;

use super::Cli;
use crate::draw::text::width;

/// A terminal has as many, and clap tears a longer line after its last word.
const COLUMNS: usize = 80;

fn wide_lines(command: &clap::Command) -> Vec<String> {
    let help = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let lines = help.lines().filter(|line| width(line) > COLUMNS);
    let mut wide: Vec<String> = lines
        .map(|line| format!("{}: {line}", command.get_name()))
        .collect();
    wide.extend(command.get_subcommands().flat_map(wide_lines));
    wide
}

#[test]
fn no_line_below_the_options_has_to_be_torn() {
    let wide = wide_lines(&Cli::command());
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn each_command_that_learners_use_has_an_example() {
    for command in Cli::command().get_subcommands() {
        let help = command.get_after_help().map(ToString::to_string);
        let is_example =
            |line: &str| line.starts_with("  ") && (line.contains("hop ") || line.contains("cargo "));
        let has_example = help.is_some_and(|help| help.lines().any(is_example));
        assert!(has_example || command.is_hide_set(), "{}", command.get_name());
    }
}
