//! The examples in the help of `hop load`, `doctor`, `mystery`, `top`, `completions` and `man`: each is understood.

// They run in a shell.
#![cfg(unix)]

use std::process::Command;

use crate::harness::hop;

/// The lines under "Examples" that begin with the command, without the words that explain them.
fn examples(command: &str) -> Vec<String> {
    let output = hop(&[command, "--help"]).output().unwrap();
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    let begin = format!("  hop {command}");
    let lines = help.lines().filter(|line| line.starts_with(&begin));
    let without_words = |line: &str| line.trim().split("   ").next().unwrap_or_default().to_owned();
    lines.map(without_words).collect()
}

#[test]
fn each_example_of_the_tools_is_understood() {
    let binary = env!("CARGO_BIN_EXE_hop");
    for (command, at_least) in [("load", 6), ("doctor", 6), ("mystery", 6), ("top", 1)] {
        let examples = examples(command);
        assert!(examples.len() >= at_least, "{command}: {examples:?}");
        for example in examples.iter().filter(|example| !example.contains("--wait")) {
            // Nobody answers there: usage is what is tried, and a wrong one exits with 2.
            let offset = match example.as_str() {
                alone if alone.contains("explain") || alone.ends_with(" list") => "",
                // It starts a system of its own.
                mystery if mystery.contains("mystery") => " --port-offset 20504 --for 1s",
                _ => " --port-offset 20004",
            };
            let script = example.replacen("hop", &format!("'{binary}'"), 1) + offset;
            let output = Command::new("sh")
                .args(["-c", &script])
                .env_remove("RUST_LOG")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{example}: {said}");
        }
    }
}
