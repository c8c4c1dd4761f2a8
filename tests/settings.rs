//! Settings of the services: what cannot be meant is refused at the start, with the text and what is needed.

use crate::harness::{Part, hop};

#[test]
fn a_setting_out_of_its_range_is_wrong_usage() {
    for (name, text, needed) in [
        ("OTEL_TRACES_SAMPLER_ARG", "2", "from 0 to 1"),
        ("OTEL_TRACES_SAMPLER_ARG", "NaN", "from 0 to 1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "18446744073709551615", "0..=3600000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1", "0..=3600000"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "0", "1..=3600000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "1..=1000000"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "-1", "1..=100000"),
        ("DOWNSTREAM_TIMEOUT_MS", "0", "1..=3600000"),
        ("DOWNSTREAM_TIMEOUT_MS", "-1", "1..=3600000"),
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
fn a_word_that_is_no_level_is_a_target() {
    let gateway = Part::start("gateway", &[("RUST_LOG", "debg")]);
    let line = gateway.lines()[0].clone();
    assert!(line.contains("only the lines of debg are on"), "{line}");
}

#[test]
fn a_refused_address_is_not_repeated() {
    const SECRET: &str = "s3cret";
    for (arguments, variable, argument, needed) in [
        (&["gateway"][..], "ORDERS_URL", "--orders-url", "only http://"),
        (&["orders"], "INVENTORY_URL", "--inventory-url", "only http://"),
        (
            &["gateway"],
            "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
            "--zipkin-endpoint",
            "http://",
        ),
        (
            &["gateway"],
            "KAFKA_BOOTSTRAP_SERVERS",
            "--kafka-bootstrap-servers",
            "HOST:PORT",
        ),
        (&["links"], "ES_HOSTS", "--es-hosts", "only http://"),
        (
            &["trace", "1f", "--zipkin-url", "ftp://terry:s3cret@zipkin"],
            "",
            "--zipkin-url",
            "only http://",
        ),
        (
            &["call", "--gateway", "ftp://terry:s3cret@gateway"],
            "",
            "--gateway",
            "only http://",
        ),
        (
            &["call", "ftp://terry:s3cret@gateway/"],
            "",
            "[PATH]",
            "only http://",
        ),
        (
            &["health", "ftp://terry:s3cret@gateway"],
            "",
            "<URL>",
            "only http://",
        ),
        (
            &["up", "--zipkin-url", "ftp://terry:s3cret@zipkin"],
            "",
            "--zipkin-url",
            "only http://",
        ),
    ] {
        let mut command = hop(arguments);
        if !variable.is_empty() {
            command.env(variable, "ftp://terry:s3cret@host");
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Errors are broken into lines of 80 columns.
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.contains(argument) && said.contains(needed),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains(SECRET), "{arguments:?}: {said}");
    }
}

#[test]
fn help_does_not_show_the_addresses_of_the_environment() {
    for (command, variable) in [
        (&["gateway", "--help"][..], "ORDERS_URL"),
        (&["orders", "--help"], "INVENTORY_URL"),
        (&["gateway", "--help"], "OTEL_EXPORTER_ZIPKIN_ENDPOINT"),
        (&["gateway", "--help"], "ZIPKIN_EXPORTER_HEADERS"),
        (&["links", "--help"], "ES_HOSTS"),
    ] {
        let mut hop = hop(command);
        let output = hop.env(variable, "http://terry:s3cret@host").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains(variable) && !said.contains("s3cret"), "{said}");
    }
}
