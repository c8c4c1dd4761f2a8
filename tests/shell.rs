//! `hop completions` and `hop man`, in a build that has them and in one that leaves them out.

use crate::harness::hop;

fn said(arguments: &[&str]) -> (String, Option<i32>) {
    let output = hop(arguments).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (text, output.status.code())
}

#[cfg(not(feature = "shell"))]
#[test]
fn a_build_without_them_says_how_to_get_them() {
    for arguments in [&["completions", "bash"][..], &["man"], &["man", "load"]] {
        let (text, code) = said(arguments);
        assert!(text.contains("cargo build -p hop --features shell"), "{text}");
        assert_eq!(code, Some(1));
    }
}

/// A program that reads a text: nothing where it is not there, else whether it took it and what it wrote.
#[cfg(feature = "shell")]
fn read_by(program: &str, arguments: &[&str], text: &str) -> Option<(bool, String)> {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };
    let command = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = command else {
        println!("skipped: {program} is not installed");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    // One that stops reading early says so by its status.
    let _ = stdin.write_all(text.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let written =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), written))
}

#[cfg(feature = "shell")]
#[test]
fn scripts_of_shells_are_read_by_their_shells() {
    for (shell, program, arguments) in [
        ("bash", "bash", &["-n"][..]),
        ("zsh", "zsh", &["-n"]),
        ("fish", "fish", &["--no-execute"]),
    ] {
        let (script, code) = said(&["completions", shell]);
        assert!(
            code == Some(0) && script.contains("doctor") && script.contains("load"),
            "{shell}: {script}"
        );
        if let Some((is_read, written)) = read_by(program, arguments, &script) {
            assert!(is_read, "{shell}: {written}");
        }
    }
    let (script, code) = said(&["completions", "powershell"]);
    assert!(
        code == Some(0) && script.contains("Register-ArgumentCompleter"),
        "{script}"
    );
    assert_eq!(said(&["completions", "csh"]).1, Some(2));
}

#[cfg(feature = "shell")]
#[test]
fn manual_pages_are_rendered_by_man() {
    for (arguments, title) in [
        (&["man"][..], "hop"),
        (&["man", "load"], "hop-load"),
        (&["man", "doctor"], "hop-doctor"),
    ] {
        let (page, code) = said(arguments);
        assert!(
            code == Some(0) && page.contains(&format!(".TH {title} 1")),
            "{page}"
        );
        if let Some((is_read, written)) = read_by("man", &["-l", "-"], &page) {
            assert!(
                is_read && written.contains("Examples"),
                "{arguments:?}: {written}"
            );
        }
    }
    let (text, code) = said(&["man", "weather"]);
    assert!(code == Some(1) && text.contains("no command 'weather'"), "{text}");
}
