use super::*;
use crate::encode;

const HOSTS: [(&str, &str); 3] = [
    ("@web", r#""endpoint":{"serviceName":"web","ipv4":"10.0.0.1"}"#),
    ("@app", r#""endpoint":{"serviceName":"app"}"#),
    ("@none", r#""endpoint":null"#),
];

/// The span as a reader gets it back, without the ids; or why nothing was stored. `@web` is an endpoint.
fn read(fields: &str) -> String {
    let mut json = format!(r#"[{{"traceId":"1","id":"2",{fields}}}]"#);
    for (short, endpoint) in HOSTS {
        json = json.replace(short, endpoint);
    }
    match list(json.as_bytes()) {
        Err(wrong) => wrong.to_string(),
        Ok(spans) => {
            let mut out = Vec::new();
            encode::list(&mut out, &spans);
            let json = String::from_utf8(out).unwrap();
            json.replace(r#""traceId":"0000000000000001","id":"0000000000000002""#, "…")
                .replace(
                    r#""localEndpoint":{"serviceName":"web","ipv4":"10.0.0.1"}"#,
                    "@web",
                )
                .replace(r#""localEndpoint":{"serviceName":"app"}"#, "@app")
        }
    }
}

#[test]
fn events_say_the_kind_and_the_time() {
    for (events, spans) in [
        (
            r#"{"timestamp":5,"value":"cs",@web},{"timestamp":9,"value":"cr",@web},{"timestamp":6,"value":"sent",@web}"#,
            r#"[{…,"kind":"CLIENT","timestamp":5,"duration":4,@web,"annotations":[{"timestamp":6,"value":"sent"}]}]"#,
        ),
        // Without a time of its own, a server shares its client's span.
        (
            r#"{"timestamp":5,"value":"sr",@app},{"timestamp":9,"value":"ss",@app}"#,
            r#"[{…,"kind":"SERVER","timestamp":5,"duration":4,@app,"shared":true}]"#,
        ),
        // Both sides in one span.
        (
            r#"{"timestamp":1,"value":"cs",@web},{"timestamp":2,"value":"sr",@app},{"timestamp":4,"value":"ss",@app},{"timestamp":6,"value":"cr",@web}"#,
            r#"[{…,"kind":"CLIENT","timestamp":1,"duration":5,@web},{…,"kind":"SERVER","timestamp":2,"duration":2,@app,"shared":true}]"#,
        ),
        // A service that calls itself.
        (
            r#"{"timestamp":1,"value":"cs",@app},{"timestamp":2,"value":"sr",@app}"#,
            r#"[{…,"kind":"CLIENT","timestamp":1,@app},{…,"kind":"SERVER","timestamp":2,@app,"shared":true}]"#,
        ),
        // One end alone is an annotation.
        (
            r#"{"timestamp":9,"value":"cr",@web}"#,
            r#"[{…,"kind":"CLIENT",@web,"annotations":[{"timestamp":9,"value":"cr"}]}]"#,
        ),
        // Messages.
        (
            r#"{"timestamp":1,"value":"ms",@web},{"timestamp":3,"value":"ws",@web}"#,
            r#"[{…,"kind":"PRODUCER","timestamp":1,"duration":2,@web}]"#,
        ),
        (
            r#"{"timestamp":1,"value":"ms",@web},{"timestamp":3,"value":"wr",@app},{"timestamp":7,"value":"mr",@app}"#,
            r#"[{…,"kind":"PRODUCER","timestamp":1,@web},{…,"kind":"CONSUMER","timestamp":3,"duration":4,@app,"shared":true}]"#,
        ),
        // Nobody says it: an annotation like any other.
        (
            r#"{"timestamp":1,"value":"cs",@none}"#,
            r#"[{…,"annotations":[{"timestamp":1,"value":"cs"}]}]"#,
        ),
    ] {
        assert_eq!(read(&format!(r#""annotations":[{events}]"#)), spans, "{events}");
    }
}

#[test]
fn the_spans_own_time_beats_that_of_its_events() {
    let events = r#""annotations":[{"timestamp":6,"value":"sr",@app},{"timestamp":9,"value":"ss",@app}]"#;
    assert_eq!(
        read(&format!(r#""timestamp":5,"duration":5,{events}"#)),
        r#"[{…,"kind":"SERVER","timestamp":5,"duration":5,@app}]"#
    );
    // The end agrees with it: the start is implied.
    assert_eq!(
        read(r#""timestamp":5,"duration":5,"annotations":[{"timestamp":10,"value":"cr",@web}]"#),
        r#"[{…,"kind":"CLIENT","timestamp":5,"duration":5,@web}]"#
    );
}

#[test]
fn binary_annotations_are_tags_and_addresses() {
    let call = r#""timestamp":1,"duration":2,"annotations":[{"timestamp":1,"value":"cs",@web},{"timestamp":3,"value":"cr",@web}]"#;
    for (fields, spans) in [
        (
            r#""binaryAnnotations":[{"key":"lc","value":"",@app},{"key":"error","value":"true",@app},{"key":"size","value":5,@app}]"#,
            r#"[{…,@app,"tags":{"error":"true"}}]"#,
        ),
        (
            &format!(r#"{call},"binaryAnnotations":[{{"key":"sa","value":true,@app}}]"#),
            r#"[{…,"kind":"CLIENT","timestamp":1,"duration":2,@web,"remoteEndpoint":{"serviceName":"app"}}]"#,
        ),
        // No call: addresses alone.
        (
            r#""binaryAnnotations":[{"key":"ca","value":true,@app}]"#,
            r#"[{…,"kind":"SERVER","remoteEndpoint":{"serviceName":"app"}}]"#,
        ),
        (
            r#""binaryAnnotations":[{"key":"ca","value":true,@web},{"key":"sa","value":true,@app}]"#,
            r#"[{…,@web,"remoteEndpoint":{"serviceName":"app"}}]"#,
        ),
        // Its own name would make it its own caller.
        (
            r#""annotations":[{"timestamp":1,"value":"sr",@app}],"binaryAnnotations":[{"key":"ca","value":true,"endpoint":{"serviceName":"app","port":9}}]"#,
            r#"[{…,"kind":"SERVER","timestamp":1,@app,"remoteEndpoint":{"port":9},"shared":true}]"#,
        ),
        (
            r#""annotations":[{"timestamp":1,"value":"ms",@web}],"binaryAnnotations":[{"key":"ma","value":true,@app}]"#,
            r#"[{…,"kind":"PRODUCER","timestamp":1,@web,"remoteEndpoint":{"serviceName":"app"}}]"#,
        ),
        (
            r#""binaryAnnotations":[{"key":"sa","value":false,@app}]"#,
            "[{…}]",
        ),
    ] {
        assert_eq!(read(fields), spans, "{fields}");
    }
}

#[test]
fn ids_are_numbers() {
    let ids = |ids: &str| list(format!("[{{{ids}}}]").as_bytes()).map(|spans| spans[0].trace_id.to_string());
    for (given, kept) in [
        (
            "463ac35c9f6413ad48485a3953bb6124",
            "463ac35c9f6413ad48485a3953bb6124",
        ),
        // As in Zipkin: the upper half counts when it is whole.
        ("10000000000000abc", "0000000000000abc"),
        ("a", "000000000000000a"),
    ] {
        assert_eq!(ids(&format!(r#""traceId":"{given}","id":"1""#)).unwrap(), kept);
    }
    for (given, reason) in [
        (r#""traceId":"1""#, "id == 0"),
        (r#""id":"1""#, "traceId == 0"),
        (
            r#""traceId":"1","id":"ABC""#,
            "ABC should be a 1 to 32 character lower-hex string with no prefix",
        ),
        (
            r#""traceId":"e0aaddf40bd5w3459d3b6900071d000b","id":"1""#,
            "e0aaddf40bd5w3459d3b6900071d000b should be a 1 to 32 character lower-hex string with no prefix",
        ),
        (r#""id":"1","timestamp":" ""#, "empty String"),
        (
            r#""traceId":"","id":"1""#,
            " should be a 1 to 32 character lower-hex string with no prefix",
        ),
    ] {
        assert_eq!(
            ids(given).unwrap_err().to_string(),
            format!("{reason} reading List<Span> from json")
        );
    }
}

#[test]
fn a_text_that_is_no_list_of_version_1_is_refused() {
    assert_eq!(
        read(r#""tags":{}"#),
        "Expected a JSON_V1 encoded list, but received: JSON_V2\n"
    );
    assert_eq!(
        list(b"{}").unwrap_err().to_string(),
        "Expected a JSON_V1 encoded list\n"
    );
}

#[test]
fn a_span_of_many_services_is_refused() {
    let event =
        |service| format!(r#"{{"timestamp":1,"value":"x","endpoint":{{"serviceName":"{service}"}}}}"#);
    let span = |services: usize| {
        let events: Vec<String> = (0..services).map(event).collect();
        read(&format!(r#""annotations":[{}]"#, events.join(",")))
    };
    assert_eq!(span(16).matches("…").count(), 16);
    assert!(span(17).starts_with("More than 16 services in one span"));
}
