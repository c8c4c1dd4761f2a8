//! Settings of the services: what cannot be meant is refused at the start, with the text and what is needed.

use crate::harness::{Part, hop};

#[test]
fn a_setting_out_of_its_range_is_wrong_usage_with_its_text_and_range() {
    for (name, text, needed) in [
        ("OTEL_TRACES_SAMPLER_ARG", "2", "from 0 to 1"),
        ("OTEL_TRACES_SAMPLER_ARG", "NaN", "from 0 to 1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "18446744073709551615", "0..=3600000"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "0", "1..=3600000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "1..=1000000"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "-1", "1..=100000"),
        ("DOWNSTREAM_TIMEOUT_MS", "0", "1..=3600000"),
        ("SERVER_SPAN_JOIN", "yes", "true or false"),
        ("OTEL_PROPAGATORS", "b3, b4", "b3multi, b3, tracecontext"),
        ("RUST_LOG", "info, x=debug", "without spaces"),
        (
            "RUST_LOG",
            "info,[request]=debug",
            "spans, fields and regular expressions",
        ),
        ("RUST_LOG", "orders=debg", "a level is off, error"),
    ] {
        let mut gateway = hop(&["gateway"]);
        let output = gateway
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env(name, text)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}={text}: {said}");
        assert!(said.contains(text) && said.contains(needed), "{said}");
    }
}

#[test]
fn lists_with_spaces_and_words_in_any_case_are_understood() {
    let gateway = Part::start(
        "gateway",
        &[
            ("MDC_PROPAGATE", "userId, orderId"),
            ("OTEL_PROPAGATORS", "b3, tracecontext,"),
            ("SERVER_SPAN_JOIN", "TRUE"),
            ("OTEL_TRACES_SAMPLER", "ParentBased_Always_On"),
            ("LOG_FORMAT", "LogBack"),
            ("RUST_LOG", "info,"),
        ],
    );
    assert!(gateway.lines()[0].contains(r#""message":"listening on http://127.0.0.1:"#));
}

#[test]
fn a_word_that_is_no_level_is_a_target_and_the_first_line_says_so() {
    let gateway = Part::start("gateway", &[("RUST_LOG", "debg")]);
    let line = gateway.lines()[0].clone();
    assert!(line.contains("only the lines of debg are on"), "{line}");
}
