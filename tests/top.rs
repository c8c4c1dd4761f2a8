//! `hop top`: one look for a program; with the feature, the live view on a terminal.

use serde_json::Value;

use crate::harness::{Stack, client, hop};

async fn a_trace(stack: &Stack) -> String {
    let answer = client()
        .get(format!("{}/users/terry", stack.gateway.url))
        .send()
        .await
        .unwrap();
    let id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
    stack.trace(&id, 5).await;
    id
}

#[tokio::test]
async fn one_look_has_traces_hops_and_lines() {
    let stack = Stack::start(&[]);
    let id = a_trace(&stack).await;
    let output = hop(&["top", "--json", "--zipkin-url", &stack.collector.url])
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["traces"][0]["traceId"], *id, "{said}");
    assert_eq!(said["hops"].as_array().unwrap().len(), 3, "{said}");
    assert!(said["lines"].is_array(), "{said}");
}

#[tokio::test]
async fn json_has_sentences_in_the_language_asked_for() {
    let stack = Stack::start(&[]);
    let id = a_trace(&stack).await;
    let from = ["--zipkin-url", &*stack.collector.url];
    let at = ["--gateway", &*stack.gateway.url];
    for command in [
        [&["trace", &id] as &[&str], &from].concat(),
        [&["top"] as &[&str], &from].concat(),
        [&["call"] as &[&str], &from, &at].concat(),
        [&["compare", &id, &id] as &[&str], &from].concat(),
        vec!["mystery", "list"],
    ] {
        for (asked, is_korean) in [(&["--lang", "ko"] as &[&str], true), (&[], false)] {
            let mut hop = hop(&[&command, &["--json"] as &[&str], asked].concat());
            let output = hop.env("LC_ALL", "ko_KR.UTF-8").output().unwrap();
            let said: Value = serde_json::from_slice(&output.stdout).unwrap();
            let said = said.to_string();
            let has_hangul = said.chars().any(|char| ('가'..='힣').contains(&char));
            assert_eq!(has_hangul, is_korean, "{command:?} {asked:?}: {said}");
        }
    }
}

#[test]
fn a_server_that_is_not_there_is_said() {
    let output = hop(&["top", "--json", "--zipkin-url", "http://127.0.0.1:9"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        text.contains("does not answer") && output.status.code() == Some(1),
        "{text}"
    );
}

#[test]
fn without_a_terminal_or_its_library_a_way_out_is_said() {
    let output = hop(&["top"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        text.contains("hop top --json") && output.status.code() == Some(1),
        "{text}"
    );
    let names_the_feature = text.contains("--features top");
    assert_eq!(names_the_feature, cfg!(not(feature = "top")), "{text}");
}

/// On a terminal of `script`'s own.
#[cfg(all(feature = "top", target_os = "linux"))]
#[tokio::test]
async fn keys_open_a_trace_and_end_the_view() {
    use std::{
        io::{Read as _, Write as _},
        process::{Command, Stdio},
        sync::{Arc, Mutex},
    };

    use crate::harness::until;

    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: script (util-linux), which gives a terminal, is not installed");
        return;
    }
    let stack = Stack::start(&[]);
    let id = a_trace(&stack).await;
    let program = hop(&[]).get_program().to_string_lossy().into_owned();
    let command = format!("'{program}' top --lang en --zipkin-url {}", stack.collector.url);
    let mut child = Command::new("script")
        .args(["-q", "-e", "-f", "-c", &command, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let shown = Arc::new(Mutex::new(Vec::new()));
    let kept = shown.clone();
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = output.read(&mut piece) {
            kept.lock().unwrap().extend(piece.iter().take(read));
        }
    });
    let has = |text: &str| {
        let shown = shown.lock().unwrap();
        String::from_utf8_lossy(&shown).contains(text).then_some(())
    };
    let mut keys = child.stdin.take().unwrap();
    until("the list", || has("get /users/{name}"));
    keys.write_all(b"\r").unwrap();
    until("the trace", || has(&format!("Trace {id}")));
    keys.write_all(b"q").unwrap();
    let code = until("the end", || child.try_wait().unwrap());
    assert_eq!(code.code(), Some(0));
    // The terminal's own screen is back, and its cursor.
    assert!(has("\x1b[?1049l").is_some() && has("\x1b[?25h").is_some());
}
