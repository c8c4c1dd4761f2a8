//! The chain from outside: in every mode that traces, each request's eight spans reach the sink.

use std::process::Command;

#[test]
fn every_tracer_sends_eight_spans_a_request() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["chain", "--rounds", "1", "--requests", "20", "--concurrency", "2"])
        .output()
        .unwrap();
    let (table, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{errors}");
    for (mode, spans) in [
        ("untraced", "0.00"),
        ("json-lines", "0.00"),
        ("ours", "8.00"),
        ("ours-w3c", "8.00"),
        ("stock-lines", "0.00"),
        ("tracing-opentelemetry", "8.00"),
        ("fastrace", "8.00"),
    ] {
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("| {mode} |")));
        let row = row.unwrap_or_else(|| panic!("no row for {mode}:\n{table}"));
        assert!(row.ends_with(&format!("| {spans} | - |")), "{row}");
    }
}

#[test]
fn wrong_usage_says_what_is_possible() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["chain", "--modes", "jaeger"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("tracing-opentelemetry"), "{errors}");
}
