//! The examples in the help of the commands: each is understood where nothing runs, and does its work where everything does.

// They run in a shell.
#![cfg(unix)]

use std::{fs, process::Command};

use crate::{
    harness::hop,
    up::{free_offset, started},
};

/// The lines under "Examples" that begin with the command, without the words that explain them.
fn examples(command: &str) -> Vec<String> {
    let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
    let output = hop(&words).output().unwrap();
    let help = String::from_utf8_lossy(&output.stdout).replace("\\\n", " ");
    let begin = format!("  hop {command}");
    let lines = help.lines().filter(|line| line.starts_with(&begin));
    let without_words = |line: &str| line.trim().split("  ").next().unwrap_or_default().to_owned();
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

/// Ids of traces that examples name, as they begin.
const TRACES: [&str; 6] = [
    "463ac35c", "9e658247", "5d0f0c11", "0b2a7e9f", "7a11c0de", "1f00ba44",
];

/// Commands that look at a running chain, and the text of a failure that is no fault of the example.
const BESIDE_A_CHAIN: [(&str, usize, &str); 17] = [
    ("call", 9, "no span of it has arrived"),
    ("trace", 9, ""),
    ("hops", 4, ""),
    ("compare", 6, "no such traces"),
    ("assert", 4, "not hold"),
    ("check", 3, "failed"),
    ("health", 1, ""),
    ("load", 8, "the rate was not reached"),
    ("top", 1, ""),
    ("doctor", 6, "have a ×"),
    ("doctor explain", 2, ""),
    ("mystery", 6, "not solved"),
    ("mystery list", 2, ""),
    ("mystery reveal", 2, ""),
    ("fault set", 6, ""),
    ("fault list", 2, ""),
    ("fault clear", 2, ""),
];

#[test]
fn each_example_runs_beside_a_running_chain() {
    let offset = free_offset();
    let (mut up, output) = started(offset);
    std::thread::spawn(move || std::io::copy(&mut { output }, &mut std::io::sink()));
    let folder = std::env::temp_dir().join(format!("hop-examples-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("order.json"), order()).unwrap();
    fs::write(folder.join("spans.json"), SPANS).unwrap();
    let run = |script: &str| {
        let output = Command::new("sh")
            .args(["-c", script])
            .current_dir(&folder)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let binary = env!("CARGO_BIN_EXE_hop");
    let mut wrong = Vec::new();
    for id in TRACES {
        let rest = "9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1";
        let call = format!("'{binary}' call -H 'b3: {id}{rest}' --port-offset {offset}");
        let (code, said) = run(&call);
        wrong.extend((code != Some(0)).then_some(said));
    }
    for (command, at_least, excuse) in BESIDE_A_CHAIN {
        let examples = examples(command);
        if examples.len() < at_least {
            wrong.push(format!("{command} has {} examples", examples.len()));
        }
        for example in examples {
            let script = placed(&example, offset).replacen("hop", &format!("'{binary}'"), 1);
            let (code, said) = run(&script);
            let is_excused = code == Some(1) && !excuse.is_empty() && said.contains(excuse);
            if code != Some(0) && !is_excused {
                wrong.push(format!("{script}: {code:?} {said}"));
            }
        }
    }
    up.kill().unwrap();
    up.wait().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The example as it is typed beside a chain with this offset, with short times.
fn placed(example: &str, offset: u16) -> String {
    let port = |port: u16| format!("127.0.0.1:{}", port + offset);
    let mut placed = example
        .replace("127.0.0.1:8080/hello", &format!("{}/users/terry", port(8081)))
        .replace(
            "check /orders/1",
            &format!("check http://{}/orders/1", port(8081)),
        )
        .replace("127.0.0.1:8081", &port(8081))
        .replace("127.0.0.1:8082", &port(8082))
        .replace("127.0.0.1:9411", &port(9411))
        .replace("zipkin:9411", &port(9411))
        .replace("gateway:8081", &port(8081))
        .replace(" --port-offset 100", "")
        .replace("30s", "1s")
        .replace("5s", "1s");
    let takes_time = |command: &str| placed.starts_with(command) && !placed.contains("mystery list");
    if takes_time("hop mystery") {
        placed += " --for 2s";
    } else if takes_time("hop load") && !placed.contains("--duration") {
        placed += " --duration 1s";
    }
    let has_no_place = ["explain", "mystery list", "--schema", "hop health", "hop check"];
    if has_no_place.iter().all(|without| !placed.contains(without)) {
        placed += &format!(" --port-offset {offset}");
    }
    placed
}

/// The file that the help of `hop assert` shows.
fn order() -> String {
    let output = hop(&["assert", "--help"]).output().unwrap();
    let help = String::from_utf8_lossy(&output.stdout);
    let (_, rest) = help.split_once("order.json (").unwrap();
    let (_, file) = rest.split_once('\n').unwrap();
    file.split("\n\n").next().unwrap().to_owned()
}

const SPANS: &str = r#"{"cases": [{"title": "three services", "expect": {"spans": [{"service": "orders", "kind": "SERVER"}]}}]}"#;
