use super::*;

fn verdicts(pairs: &[(&str, &str)]) -> Vec<(&'static str, Verdict)> {
    let variables = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment = Environment {
        whose: "this shell".into(),
        variables: variables.collect(),
    };
    let read = [
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_PROPAGATORS",
        "MDC_PROPAGATE",
    ];
    let read = read.into_iter().map(str::to_owned).collect();
    let findings = check(&[environment], &read).into_iter().flatten();
    let wrong = findings.filter(|finding| finding.verdict >= Verdict::Warning);
    wrong.map(|finding| (finding.check.id, finding.verdict)).collect()
}

#[test]
fn each_wrong_setting_is_named_and_a_right_one_is_not() {
    use Verdict::{Bad, Warning};
    for (pairs, named) in [
        (&[][..], &[][..]),
        (&[("OTEL_TRACES_SAMPLER", "always_off")], &[("sampler", Bad)]),
        (
            &[
                ("OTEL_TRACES_SAMPLER", "traceidratio"),
                ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
            ],
            &[("sampler", Warning)],
        ),
        (
            &[
                ("OTEL_TRACES_SAMPLER", "traceidratio"),
                ("OTEL_TRACES_SAMPLER_ARG", "1"),
            ],
            &[],
        ),
        (&[("OTEL_TRACES_SAMPLER", "sometimes")], &[("sampler", Bad)]),
        (&[("OTEL_TRACES_SAMPLER_ARG", "10%")], &[("sampler-ratio", Bad)]),
        (&[("OTEL_PROPAGATORS", "none")], &[("propagators", Bad)]),
        (&[("OTEL_PROPAGATORS", "b3")], &[("propagators", Warning)]),
        (&[("OTEL_PROPAGATORS", "b3,baggage")], &[]),
        (
            &[("OTEL_PROPAGATORS", "b3,jaeger,baggage")],
            &[("propagator-names", Bad)],
        ),
        (&[("MDC_PROPAGATE", "orderId")], &[("mdc-propagate", Warning)]),
        (&[("MDC_PROPAGATED", "userId")], &[("settings-unread", Warning)]),
        (&[("LOG_FORMAT", "json")], &[("log-format", Bad)]),
        (&[("RUST_LOG", "warn,orders=info")], &[("log-level", Warning)]),
        (&[("RUST_LOG", "orders=warn")], &[]),
    ] {
        assert_eq!(verdicts(pairs), named, "{pairs:?}");
    }
}

#[test]
fn ports_of_otlp_are_told_apart_by_protocol() {
    let of = |endpoint: &str, protocol: &str| {
        let pairs = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ];
        let variables = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        otlp_port(&variables).is_some()
    };
    assert!(of("http://localhost:4317", "http/protobuf"));
    assert!(of("http://localhost:4318", "grpc"));
    assert!(!of("http://localhost:4318/", "http/protobuf"));
    assert!(!of("http://localhost:4317", "grpc"));
}

#[test]
fn an_endpoint_without_its_path_is_named_without_its_password() {
    let variables =
        |endpoint: &str| [("OTEL_EXPORTER_ZIPKIN_ENDPOINT".to_owned(), endpoint.to_owned())].into();
    let (_, said) = exporter_path(&variables("http://terry:secret@zipkin:9411/")).unwrap();
    for text in [said.english, said.korean] {
        assert!(
            text.contains("…@zipkin:9411/") && !text.contains("secret"),
            "{text}"
        );
    }
    assert_eq!(
        exporter_path(&variables("http://zipkin:9411/prefix/api/v2/spans")),
        None
    );
}
