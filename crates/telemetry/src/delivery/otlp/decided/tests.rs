use super::*;

fn said(set: impl FnOnce(&mut OtlpSettings)) -> String {
    let mut settings = OtlpSettings::default();
    set(&mut settings);
    let all = || {
        settings.check_protocol()?;
        let (url, time) = (settings.url()?, settings.time()?);
        let headers = settings.header_map()?;
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
            .collect();
        let gzip = if settings.is_packed()? { " gzip" } else { "" };
        Ok(
            format!("{url} {}ms{gzip} {}", time.as_millis(), headers.join(","))
                .trim_end()
                .to_owned(),
        )
    };
    all().unwrap_or_else(|error: StartError| error.to_string())
}

const fn millis(millis: u64) -> Option<Duration> {
    Some(Duration::from_millis(millis))
}

fn url(text: &str) -> Option<ZipkinEndpoint> {
    Some(text.parse().unwrap())
}

#[test]
fn an_endpoint_for_all_signals_has_traces_below_it() {
    for (base, posted) in [
        (None, "http://127.0.0.1:4318/v1/traces"),
        (Some("http://c:4318"), "http://c:4318/v1/traces"),
        (Some("http://c:4318/"), "http://c:4318/v1/traces"),
        (Some("http://c/otlp"), "http://c/otlp/v1/traces"),
        (Some("http://c/otlp/"), "http://c/otlp/v1/traces"),
        (Some("http://a:b@c/?key=d"), "http://***@c/v1/traces?***"),
    ] {
        let set = |settings: &mut OtlpSettings| settings.endpoint = base.and_then(url);
        assert_eq!(said(set), format!("{posted} 10000ms"));
    }
}

#[test]
fn an_endpoint_for_traces_is_used_as_it_is() {
    for (whole, posted) in [
        ("http://c:4318", "http://c:4318/"),
        ("http://c/v1/traces", "http://c/v1/traces"),
        ("http://c/a/", "http://c/a/"),
    ] {
        let set = |settings: &mut OtlpSettings| {
            settings.traces_endpoint = url(whole);
            settings.endpoint = url("http://other");
        };
        assert_eq!(said(set), format!("{posted} 10000ms"));
    }
}

#[test]
fn settings_of_traces_come_before_those_of_all_signals() {
    let both = |settings: &mut OtlpSettings| {
        (settings.headers, settings.traces_headers) = ("a=1,b=2".into(), "c=3%20".into());
        (settings.timeout, settings.traces_timeout) = (millis(1), millis(2));
        settings.compression = Some("gzip".to_owned());
        settings.traces_compression = Some("NONE".to_owned());
        settings.protocol = Some("grpc".to_owned());
        settings.traces_protocol = Some("http/protobuf".to_owned());
    };
    assert_eq!(said(both), "http://127.0.0.1:4318/v1/traces 2ms c=3");
    let general = |settings: &mut OtlpSettings| {
        settings.headers = "a=1,b=2".into();
        (settings.timeout, settings.compression) = (millis(1), Some(" ".to_owned()));
        (settings.protocol, settings.traces_compression) = (Some(String::new()), Some(String::new()));
    };
    assert_eq!(said(general), "http://127.0.0.1:4318/v1/traces 1ms a=1,b=2");
}

#[test]
fn another_protocol_is_refused_with_what_to_set() {
    let grpc = said(|settings| settings.protocol = Some("grpc".to_owned()));
    assert_eq!(
        grpc,
        "OTEL_EXPORTER_OTLP_PROTOCOL cannot be used: spans leave by http/protobuf alone: set \
         OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, whose port is 4318 where that of gRPC is 4317"
    );
    let json = said(|settings| settings.traces_protocol = Some("http/json".to_owned()));
    assert!(
        json.ends_with("set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf"),
        "{json}"
    );
}

#[test]
fn a_setting_that_makes_no_sense_is_named_without_its_text() {
    for (set, expected) in [
        (
            (|settings| settings.traces_headers = "s3cret".into()) as fn(&mut OtlpSettings),
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS cannot be used: entry 1 is not key=value",
        ),
        (
            |settings| settings.compression = Some("zstd".to_owned()),
            "OTEL_EXPORTER_OTLP_COMPRESSION cannot be used: gzip and none are possible",
        ),
        (
            |settings| settings.timeout = Some(Duration::ZERO),
            "OTEL_EXPORTER_OTLP_TIMEOUT cannot be used: 1 to 3600000 milliseconds are possible",
        ),
        (
            |settings| settings.traces_timeout = millis(3_600_001),
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT cannot be used",
        ),
    ] {
        let said = said(set);
        assert!(said.starts_with(expected) && !said.contains("s3cret"), "{said}");
    }
    if !cfg!(feature = "gzip") {
        let said = said(|settings| settings.compression = Some("gzip".to_owned()));
        assert!(said.contains("the feature `gzip`"), "{said}");
    }
}
