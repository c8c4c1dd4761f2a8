//! `hop fault`: what it prints, and how it ends.

use serde_json::Value;

use crate::{
    faults::broken::{Broken, with_faults},
    harness::{Part, client, free_port, hop},
};

/// Exit code, standard output, standard error.
fn run(arguments: &[&str], control: &str) -> (Option<i32>, String, String) {
    let output = hop(arguments).env("FAULTS_ADDR", control).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn faults_are_set_listed_and_cleared() {
    let broken = Broken::start();
    let at = broken.control("orders");
    let (code, text, _) = run(
        &[
            "fault",
            "set",
            "orders",
            "latency=300ms+-50",
            "share=20%",
            "--seed",
            "7",
        ],
        at,
    );
    assert_eq!(code, Some(0));
    assert!(
        text.contains("orders: latency=300ms±50 share=20%\n  the service's own work"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");

    let more = [
        "fault",
        "set",
        "orders",
        "error=503",
        "share=5%",
        "route=/orders/{id}",
    ];
    assert_eq!(run(&[&more[..], &["--seed", "7"]].concat(), at).0, Some(0));
    let (code, text, _) = run(&["fault", "list"], at);
    assert_eq!(code, Some(0));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(
        text.starts_with("orders     latency=300ms±50 share=20%") && text.contains("seed 7, 0 of 0 met it"),
        "{text}"
    );
    let (_, text, _) = run(&["fault", "list", "--json"], at);
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(list[0]["faults"][0]["fault"], "latency=300ms±50 share=20%");

    let (code, text, _) = run(&["fault", "clear"], at);
    assert_eq!(code, Some(0));
    assert!(
        text.starts_with("orders     cleared of latency=300ms±50 share=20%,"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert_eq!(run(&["fault", "list"], at).1.trim_end(), "orders     none");
}

#[test]
fn a_wrong_word_is_2_and_a_refusal_is_1() {
    let broken = Broken::start();
    let at = broken.control("inventory");
    for (arguments, code, said) in [
        (
            &["fault", "set", "inventory", "latancy=3ms"] as &[_],
            2,
            "did you mean latency?",
        ),
        (
            &["fault", "set", "inventory", "share=20%"],
            2,
            "a fault is missing",
        ),
        (
            &["fault", "set", "billing", "hang"],
            2,
            "possible values: gateway, orders, inventory",
        ),
        (
            &["fault", "set", "inventory", "calls=8"],
            1,
            "inventory calls no other service",
        ),
        (
            &["fault", "set", "orders", "hang"],
            1,
            "this is inventory, not orders",
        ),
    ] {
        let (got, _, text) = run(arguments, at);
        assert_eq!(got, Some(code), "{text}");
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn services_without_faults_are_said_with_the_next_step() {
    for arguments in [
        &["fault", "list"] as &[_],
        &["fault", "clear"],
        &["fault", "set", "orders", "hang"],
    ] {
        let (code, _, text) = run(arguments, "127.0.0.1:1");
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("takes no faults at 127.0.0.1:1") && text.contains("FAULTS=on"),
            "{text}"
        );
    }
}

#[test]
fn a_port_that_takes_no_faults_is_said_to_be_none() {
    let broken = Broken::start();
    let port = broken.stack.orders.url.trim_start_matches("http://");
    for arguments in [
        &["fault", "list", "orders"] as &[_],
        &["fault", "set", "orders", "hang"],
    ] {
        let (code, _, text) = run(arguments, port);
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains(&format!("{port} answers, and takes no faults")),
            "{text}"
        );
    }
}

#[test]
fn a_service_that_is_named_twice_is_asked_once() {
    let output = hop(&[
        "fault",
        "list",
        "orders",
        "orders",
        "--json",
        "--port-offset",
        "50000",
    ])
    .output()
    .unwrap();
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// The exporter posts to the relay, and says where spans truly go.
#[test]
fn lines_about_spans_name_the_collector_and_the_cause() {
    let control = format!("127.0.0.1:{}", free_port());
    let zipkin = format!("http://127.0.0.1:{}/api/v2/spans", free_port());
    let faults = with_faults(&control);
    let own = [
        ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", zipkin.as_str()),
        ("LOG_FORMAT", "logback"),
    ];
    let inventory = Part::start("inventory", &[&own[..], &faults[..]].concat());
    let url = format!("{}/items?name=computer", inventory.url);
    let answer = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(async { client().get(url).send().await.unwrap().status() });
    assert_eq!(answer, 200);
    let line = inventory.lines_with("spans wait", 1).remove(0);
    assert!(line.contains(&format!("{zipkin}: connection refused")), "{line}");
    assert!(!line.contains(&control), "{line}");
}

#[test]
fn every_kind_is_explained_in_80_columns() {
    let (code, text, _) = run(&["fault", "kinds"], "127.0.0.1:1");
    assert_eq!(code, Some(0));
    let (_, json, _) = run(&["fault", "kinds", "--json"], "127.0.0.1:1");
    let kinds: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert!(kinds.len() >= 20);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for kind in kinds {
        assert!(text.contains(kind["name"].as_str().unwrap()), "{kind}");
    }
}

/// `hop up` starts again a service that a fault has ended.
#[cfg(unix)]
#[test]
fn a_service_that_crashes_comes_back_without_its_faults() {
    use std::io::Read as _;

    let offset = crate::up::free_offset();
    let (mut up, mut output) = crate::up::started(offset);
    let reading = std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
    let offset = offset.to_string();
    let at = ["--port-offset", offset.as_str()];
    let hop = |arguments: &[&str]| hop(&[arguments, &at].concat()).output().unwrap();

    assert!(hop(&["fault", "set", "orders", "crash"]).status.success());
    let call = hop(&["call", "--json"]);
    let called: Value = serde_json::from_slice(&call.stdout).unwrap();
    assert_eq!(called["status"], 502, "{called}");
    let error = String::from_utf8_lossy(&call.stderr);
    assert!(
        error.ends_with("hop: the answer was 502 Bad Gateway\n"),
        "{error}"
    );
    let text = called.to_string();
    assert!(text.contains("connection broken"), "{text}");
    crate::harness::until("orders to come back", || {
        let list = hop(&["fault", "list", "orders"]);
        String::from_utf8_lossy(&list.stdout)
            .contains("none")
            .then_some(())
    });
    crate::harness::until("an answer", || hop(&["call"]).status.success().then_some(()));
    let kill = std::process::Command::new("kill")
        .args(["-INT", &up.id().to_string()])
        .status();
    assert!(kill.unwrap().success() && up.wait().unwrap().success());
    reading.join().unwrap().unwrap();
}
