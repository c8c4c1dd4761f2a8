use super::*;
use crate::encode;

/// JSON to protocol buffers.
mod schema;

use schema::protobuf;

const IDS: &str = r#""traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174""#;

/// A request of one span with these fields, of a resource and a scope that say nothing.
fn span(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{IDS}{comma}{fields}}}]}}]}}]}}"#)
}

/// A span that calls, with these attributes, each `key=text` or `key=:JSON of the value`.
fn attributes(all: &[&str]) -> String {
    let all: Vec<String> = all
        .iter()
        .map(|each| {
            let (key, value) = each.split_once('=').unwrap();
            let value = value.strip_prefix(":{").map_or_else(
                || format!(r#"{{"stringValue":"{value}"}}"#),
                |rest| format!("{{{rest}"),
            );
            format!(r#"{{"key":"{key}","value":{value}}}"#)
        })
        .collect();
    format!(r#""attributes":[{}]"#, all.join(","))
}

/// The spans as Zipkin's JSON, and what was said of the request; the same from both encodings.
fn read(request: &str) -> (String, String) {
    let [from_json, from_protobuf] = [
        (Encoding::Json, request.as_bytes().to_vec()),
        (Encoding::Protobuf, protobuf(request)),
    ]
    .map(|(encoding, body)| {
        let (spans, report) = encoding
            .list(&body)
            .unwrap_or_else(|wrong| panic!("{wrong}: {request}"));
        assert_eq!(report.spans, spans.len());
        let mut json = Vec::new();
        encode::list(&mut json, &spans);
        (String::from_utf8(json).unwrap(), report.message)
    });
    assert_eq!(from_json, from_protobuf, "{request}");
    from_json
}

/// One span, without its ids and the service that a resource without a name has.
fn read_span(fields: &str) -> String {
    let (spans, message) = read(&span(fields));
    assert_eq!(message, "", "{fields}");
    spans
        .replace(
            r#"[{"traceId":"5b8efff798038103d269b633813fc60c","id":"eee19b7ec3c1b174""#,
            "",
        )
        .replace(r#","localEndpoint":{"serviceName":"unknown_service"}"#, "")
        .strip_suffix("}]")
        .unwrap()
        .to_owned()
}

#[test]
fn every_field_of_a_span_has_its_place() {
    for (fields, expected) in [
        ("", ""),
        (r#""parentSpanId":"EEE19B7EC3C1B173""#, ""),
        // Unit of time: whole microseconds; nothing takes none.
        (
            r#""startTimeUnixNano":"1544712660000001999","endTimeUnixNano":"1544712661000002999""#,
            r#","timestamp":1544712660000001,"duration":1000001"#,
        ),
        (
            r#""startTimeUnixNano":2000,"endTimeUnixNano":3234"#,
            r#","timestamp":2,"duration":1"#,
        ),
        (
            r#""startTimeUnixNano":2000,"endTimeUnixNano":2000"#,
            r#","timestamp":2,"duration":1"#,
        ),
        // Not ended; ended before it began; ended, but when did it begin?
        (r#""startTimeUnixNano":2000"#, r#","timestamp":2"#),
        (
            r#""startTimeUnixNano":5000,"endTimeUnixNano":2000"#,
            r#","timestamp":5,"duration":1"#,
        ),
        (r#""endTimeUnixNano":2000"#, ""),
        // Kinds.
        (r#""kind":0"#, ""),
        (r#""kind":1"#, ""),
        (r#""kind":2"#, r#","kind":"SERVER""#),
        (r#""kind":3"#, r#","kind":"CLIENT""#),
        (r#""kind":4"#, r#","kind":"PRODUCER""#),
        (r#""kind":5"#, r#","kind":"CONSUMER""#),
        (r#""kind":6"#, ""),
        (r#""name":"GET /{id}""#, r#","name":"get /{id}""#),
        // Trace state.
        (
            r#""traceState":"a=1,b=2""#,
            r#","tags":{"w3c.tracestate":"a=1,b=2"}"#,
        ),
        // Status.
        (r#""status":{}"#, ""),
        (r#""status":{"code":0,"message":"says nothing"}"#, ""),
        (
            r#""status":{"code":1,"message":"ignored"}"#,
            r#","tags":{"otel.status_code":"OK"}"#,
        ),
        (
            r#""status":{"code":2,"message":"no stock"}"#,
            r#","tags":{"error":"no stock","otel.status_code":"ERROR"}"#,
        ),
        (
            r#""status":{"code":2}"#,
            r#","tags":{"error":"","otel.status_code":"ERROR"}"#,
        ),
        // Dropped counts, but for 0.
        (r#""droppedAttributesCount":0,"droppedEventsCount":0"#, ""),
        (
            r#""droppedAttributesCount":1,"droppedEventsCount":2,"droppedLinksCount":3"#,
            r#","tags":{"otel.dropped_attributes_count":"1","otel.dropped_events_count":"2","otel.dropped_links_count":"3"}"#,
        ),
    ] {
        let read = read_span(fields);
        let parent = r#""parentId":"eee19b7ec3c1b173""#;
        if fields.contains("parentSpanId") {
            assert!(read.contains(parent), "{read}");
        } else {
            assert_eq!(read, expected, "{fields}");
        }
    }
}

#[test]
fn attributes_become_tags() {
    for (values, expected) in [
        // As is, not as JSON.
        (&["a=say \\\"hi\\\""][..], r#""a":"say \"hi\"""#),
        (&["a="], r#""a":"""#),
        (
            &["a=:{\"boolValue\":true}", "b=:{\"boolValue\":false}"],
            r#""a":"true","b":"false""#,
        ),
        (
            &["a=:{\"intValue\":\"-9007199254740993\"}", "b=:{\"intValue\":42}"],
            r#""a":"-9007199254740993","b":"42""#,
        ),
        (
            &[
                "a=:{\"doubleValue\":3.14159}",
                "b=:{\"doubleValue\":1.5e300}",
                "c=:{\"doubleValue\":2.0}",
            ],
            r#""a":"3.14159","b":"1.5e300","c":"2.0""#,
        ),
        (
            &[
                "a=:{\"doubleValue\":\"NaN\"}",
                "b=:{\"doubleValue\":\"Infinity\"}",
                "c=:{\"doubleValue\":\"-Infinity\"}",
            ],
            r#""a":"NaN","b":"Infinity","c":"-Infinity""#,
        ),
        (
            &["a=:{\"bytesValue\":\"+w==\"}", "b=:{\"bytesValue\":\"+/8=\"}"],
            r#""a":"+w==","b":"+/8=""#,
        ),
        (&["a=:{}"], r#""a":"""#),
        // Lists and maps are JSON.
        (
            &[
                "a=:{\"arrayValue\":{\"values\":[{\"stringValue\":\"x\"},{\"intValue\":1},{\"boolValue\":true},{\"doubleValue\":0.5},{}]}}",
            ],
            r#""a":"[\"x\",1,true,0.5,null]""#,
        ),
        (&["a=:{\"arrayValue\":{}}"], r#""a":"[]""#),
        (
            &[
                "a=:{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"arrayValue\":{\"values\":[{\"doubleValue\":\"NaN\"},{\"bytesValue\":\"+/8=\"}]}}},{\"key\":\"n\"}]}}",
            ],
            r#""a":"{\"k\":[\"NaN\",\"+/8=\"],\"n\":null}""#,
        ),
        // The last of a key counts; none has no key.
        (&["a=1", "b=2", "a=3", "=4"], r#""a":"3","b":"2""#),
        // `error: false` would mark the span as failed.
        (&["error=false", "a="], r#""a":"""#),
        (&["error=:{\"boolValue\":false}", "a="], r#""a":"""#),
        (&["error=:{\"boolValue\":true}"], r#""error":"true""#),
        (&["error=timeout"], r#""error":"timeout""#),
        // An attribute that is shown elsewhere is a tag all the same.
        (
            &["service.namespace=shop", "http.request.method=GET"],
            r#""http.request.method":"GET","service.namespace":"shop""#,
        ),
    ] {
        let read = read_span(&attributes(values));
        assert_eq!(read, format!(",\"tags\":{{{expected}}}"), "{values:?}");
    }
}

#[test]
fn the_status_beats_the_attribute_error() {
    for (attribute, status, expected) in [
        ("error=timeout", r#"{"code":2,"message":"no stock"}"#, "no stock"),
        ("error=timeout", r#"{"code":2}"#, "timeout"),
        ("error=:{\"boolValue\":false}", r#"{"code":2}"#, ""),
    ] {
        let read = read_span(&format!(r#"{},"status":{status}"#, attributes(&[attribute])));
        let tags = format!(r#","tags":{{"error":"{expected}","otel.status_code":"ERROR"}}"#);
        assert_eq!(read, tags, "{attribute} {status}");
    }
}

#[test]
fn events_become_annotations() {
    for (event, expected) in [
        (
            r#"{"timeUnixNano":"3000999","name":"retry"}"#,
            r#"{"timestamp":3000,"value":"retry"}"#,
        ),
        (
            r#"{"timeUnixNano":3000000,"name":"my-event-name","attributes":[{"key":"key1","value":{"stringValue":"value1"}},{"key":"key2","value":{"intValue":2}}]}"#,
            r#"{"timestamp":3000,"value":"\"my-event-name\": {\"key1\":\"value1\",\"key2\":2}"}"#,
        ),
        (
            r#"{"timeUnixNano":3000000,"name":"say \"hi\"","droppedAttributesCount":7}"#,
            r#"{"timestamp":3000,"value":"\"say \\\"hi\\\"\": {\"otel.dropped_attributes_count\":7}"}"#,
        ),
        // An event without a time happened in the span.
        (r#"{"name":"late"}"#, r#"{"timestamp":2,"value":"late"}"#),
        (r#"{"timeUnixNano":3000000}"#, ""),
    ] {
        let read = read_span(&format!(r#""events":[{event}],"startTimeUnixNano":2000"#));
        let expected = match expected {
            "" => r#","timestamp":2"#.to_owned(),
            _ => format!(r#","timestamp":2,"annotations":[{expected}]"#),
        };
        assert_eq!(read, expected, "{event}");
    }
}

#[test]
fn links_become_tags() {
    let link = r#"{"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"B7AD6B7169203331","traceState":"a=1","attributes":[{"key":"k","value":{"boolValue":true}}],"droppedAttributesCount":2}"#;
    let short = r#"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"}"#;
    let nowhere = r#"{"traceId":"00000000000000000000000000000000","spanId":"b7ad6b7169203331"}"#;
    let read = read_span(&format!(
        r#""droppedLinksCount":4,"links":[{link},{nowhere},{short}]"#
    ));
    let expected = concat!(
        r#","tags":{"otel.dropped_links_count":"5","#,
        r#""otlp.link.0":"0af7651916cd43dd8448eb211c80319c|b7ad6b7169203331|a=1|{\"k\":true}|2","#,
        r#""otlp.link.1":"0af7651916cd43dd8448eb211c80319c|b7ad6b7169203331||{}|0"}"#
    );
    assert_eq!(read, expected);
}

#[test]
fn the_remote_endpoint_is_found_by_rank() {
    // Each beats all that follow it.
    let ranks = [
        ("peer.service=Stock", r#""serviceName":"stock""#),
        ("service.peer.name=stock-2", r#""serviceName":"stock-2""#),
        ("server.address=stock.example", r#""serviceName":"stock.example""#),
        ("net.peer.name=old.example", r#""serviceName":"old.example""#),
        (
            "network.peer.address=/var/run/a.sock",
            r#""serviceName":"/var/run/a.sock""#,
        ),
        (
            "server.socket.domain=socket.example",
            r#""serviceName":"socket.example""#,
        ),
        (
            "server.socket.address=/var/run/b.sock",
            r#""serviceName":"/var/run/b.sock""#,
        ),
        (
            "net.sock.peer.name=peer.example",
            r#""serviceName":"peer.example""#,
        ),
        (
            "net.sock.peer.addr=/var/run/c.sock",
            r#""serviceName":"/var/run/c.sock""#,
        ),
        ("peer.hostname=host.example", r#""serviceName":"host.example""#),
        (
            "peer.address=http://10.0.0.9:80",
            r#""serviceName":"http://10.0.0.9:80""#,
        ),
        ("db.name=orders", r#""serviceName":"orders""#),
    ];
    for (place, (first, expected)) in ranks.iter().enumerate() {
        let mut all: Vec<&str> = ranks[place..].iter().map(|(attribute, _)| *attribute).collect();
        assert_remote(3, &all, expected);
        all.reverse();
        assert_remote(4, &all, expected);
        assert_remote(5, &[first], expected);
        // Nothing calls from within.
        assert_remote(1, &all, "");
        // A server's own address is not its caller's: only a service is.
        assert_remote(2, &all, if place < 2 { expected } else { "" });
    }
}

#[test]
fn the_remote_endpoint_has_an_address_and_a_port() {
    for (kind, all, expected) in [
        (
            3,
            &[
                "network.peer.address=10.0.0.1",
                "network.peer.port=:{\"intValue\":5432}",
            ][..],
            r#""serviceName":"10.0.0.1","ipv4":"10.0.0.1","port":5432"#,
        ),
        (
            3,
            &["network.peer.address=2001:db8::1"],
            r#""serviceName":"2001:db8::1","ipv6":"2001:db8::1""#,
        ),
        (
            3,
            &[
                "server.address=db.example",
                "server.port=:{\"intValue\":5432}",
                "network.peer.address=10.0.0.1",
            ],
            r#""serviceName":"db.example","ipv4":"10.0.0.1","port":5432"#,
        ),
        (
            3,
            &["server.address=127.0.0.1", "server.port=8081"],
            r#""serviceName":"127.0.0.1","ipv4":"127.0.0.1","port":8081"#,
        ),
        (
            3,
            &[
                "net.sock.peer.addr=::ffff:10.0.0.2",
                "net.sock.peer.port=:{\"intValue\":80}",
            ],
            r#""serviceName":"::ffff:10.0.0.2","ipv4":"10.0.0.2","port":80"#,
        ),
        // Ports that are none, and one that is nobody's.
        (
            3,
            &["peer.service=a", "server.port=:{\"intValue\":65536}"],
            r#""serviceName":"a""#,
        ),
        (3, &["server.port=:{\"intValue\":80}"], ""),
        // Values that are no names.
        (3, &["peer.service=", "db.name=b"], r#""serviceName":"b""#),
        (
            3,
            &["peer.service=:{\"intValue\":1}", "db.name=b"],
            r#""serviceName":"b""#,
        ),
        // A server's peer is its caller.
        (
            2,
            &[
                "server.address=me.example",
                "server.port=:{\"intValue\":80}",
                "network.peer.address=10.0.0.7",
                "network.peer.port=:{\"intValue\":50000}",
            ],
            r#""ipv4":"10.0.0.7","port":50000"#,
        ),
    ] {
        assert_remote(kind, all, expected);
    }
}

fn assert_remote(kind: u8, all: &[&str], expected: &str) {
    let read = read_span(&format!(r#""kind":{kind},{}"#, attributes(all)));
    let remote = read
        .split_once(r#""remoteEndpoint":{"#)
        .map_or("", |(_, rest)| rest.split_once('}').unwrap().0);
    assert_eq!(remote, expected, "kind {kind}: {all:?}");
}

/// A request of a span without fields, with this resource and this scope.
fn shared(resource: &str, scope: &str) -> String {
    let (spans, _) = read(&format!(
        r#"{{"resourceSpans":[{{{resource}"scopeSpans":[{{{scope}"spans":[{{{IDS}}}]}}]}}]}}"#
    ));
    spans
        .replace(
            r#"[{"traceId":"5b8efff798038103d269b633813fc60c","id":"eee19b7ec3c1b174","#,
            "",
        )
        .strip_suffix("}]")
        .unwrap()
        .to_owned()
}

#[test]
fn resource_and_scope_say_who_recorded_the_span() {
    let resource = |all: &[&str]| format!(r#""resource":{{{}}},"#, attributes(all));
    for (resource, scope, expected) in [
        // The default of the specification.
        (
            "".into(),
            "",
            r#""localEndpoint":{"serviceName":"unknown_service"}"#,
        ),
        (
            resource(&["process.executable.name=Node"]),
            "",
            r#""localEndpoint":{"serviceName":"unknown_service:node"},"tags":{"process.executable.name":"Node"}"#,
        ),
        (
            resource(&["service.name="]),
            "",
            r#""localEndpoint":{"serviceName":"unknown_service"}"#,
        ),
        // The namespace is no part of the name, and a tag, as all but the name.
        (
            resource(&["service.name=Shop", "service.namespace=eu", "error=false"]),
            "",
            r#""localEndpoint":{"serviceName":"shop"},"tags":{"service.namespace":"eu"}"#,
        ),
        // The scope, under the older names, too.
        (
            resource(&["service.name=shop", "a=resource"]),
            r#""scope":{"name":"io.lib","version":"1.0","attributes":[{"key":"a","value":{"stringValue":"scope"}}]},"#,
            concat!(
                r#""localEndpoint":{"serviceName":"shop"},"tags":{"a":"scope","otel.library.name":"io.lib","otel.library.version":"1.0","#,
                r#""otel.scope.name":"io.lib","otel.scope.version":"1.0"}"#
            ),
        ),
    ] {
        assert_eq!(shared(&resource, scope), expected, "{resource} {scope}");
    }
}

#[test]
fn a_span_beats_its_scope_and_its_resource() {
    let (spans, _) = read(&format!(
        r#"{{"resourceSpans":[{{"resource":{{{0}}},"scopeSpans":[{{"scope":{{"name":"s",{0}}},"spans":[
            {{{IDS},{1}}},{{{IDS}}}]}}]}}]}}"#,
        attributes(&["a=shared"]),
        attributes(&["a=own"])
    ));
    let values: Vec<&str> = spans
        .split(r#""a":""#)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(values, ["own", "shared"]);
}

#[test]
fn the_local_endpoint_has_the_address_of_the_socket() {
    let read = read(&span(&attributes(&[
        "network.local.address=10.0.0.5",
        "network.local.port=:{\"intValue\":8080}",
    ])))
    .0;
    let local = r#""localEndpoint":{"serviceName":"unknown_service","ipv4":"10.0.0.5","port":8080}"#;
    assert!(read.contains(local), "{read}");
}

#[test]
fn resource_and_scope_may_stand_behind_their_spans() {
    let request = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{IDS}}}],"scope":{{"name":"s"}}}}],"resource":{{{}}}}}]}}"#,
        attributes(&["service.name=shop"])
    );
    let (spans, report) = Encoding::Json.list(request.as_bytes()).unwrap();
    assert_eq!(report.spans, 1);
    assert_eq!(
        spans[0].local_endpoint.as_ref().unwrap().service_name.as_deref(),
        Some("shop")
    );
    assert_eq!(spans[0].tags["otel.scope.name"], "s");
    // serde_json sorts keys: in protocol buffers, too, each resource of these tests stands before its spans, but not so each scope.
    let body = protobuf(&request);
    let (head, rest) = split_resource(&body);
    assert_eq!(Encoding::Protobuf.list(&[head, rest].concat()).unwrap().0, spans);
}

/// The request with its resource behind its scopes.
fn split_resource(body: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let inner = &body[2..];
    let length = 2 + inner[1] as usize;
    assert_eq!((body[0], inner[0]), (10, 10));
    (vec![10, body[1]], [&inner[length..], &inner[..length]].concat())
}

#[test]
fn an_empty_request_is_one() {
    for request in [
        "{}",
        r#"{"resourceSpans":[]}"#,
        r#"{"resourceSpans":[{}]}"#,
        r#"{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[]}]}]}"#,
    ] {
        assert_eq!(read(request), ("[]".into(), String::new()), "{request}");
    }
    for encoding in [Encoding::Json, Encoding::Protobuf] {
        assert_eq!(encoding.list(b"").unwrap(), (Vec::new(), Report::default()));
    }
}

/// Several spans, each with these ids, in one request.
fn with_ids(ids: &[&str]) -> String {
    let spans: Vec<String> = ids.iter().map(|ids| format!("{{{ids}}}")).collect();
    format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    )
}

#[test]
fn a_span_without_ids_is_left_out_and_named() {
    for (ids, reason) in [
        (r#""name":"a""#, "span \"a\": traceId is missing"),
        (
            r#""traceId":"","spanId":"eee19b7ec3c1b174""#,
            "span \"\": traceId is missing",
        ),
        (
            r#""traceId":"5b8efff798038103d269b633813fc60c""#,
            "span \"\": spanId is missing",
        ),
        (
            r#""traceId":"00000000000000000000000000000000","spanId":"eee19b7ec3c1b174""#,
            "span \"\": traceId is all zeros",
        ),
        (
            r#""traceId":"5b8efff798038103d269b633813fc60c","spanId":"0000000000000000""#,
            "span \"\": spanId is all zeros",
        ),
    ] {
        let (spans, message) = read(&with_ids(&[IDS, ids]));
        assert!(spans.contains("eee19b7ec3c1b174"), "{ids}");
        assert_eq!(message, format!("1 of 2 spans rejected: {reason}"), "{ids}");
    }
    // Cases that only one of the encodings can write.
    for (encoding, ids, reason) in [
        (
            Encoding::Json,
            r#""traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"eee19b7ec3c1b174""#,
            "traceId \"W47/95gDgQPSabYzgT/GDA==\" is in Base64: OTLP/JSON has ids in hex digits",
        ),
        (
            Encoding::Json,
            r#""traceId":"5b8efff798038103d269b633813fc60c","spanId":"7uGbfsPBsXQ=""#,
            "spanId \"7uGbfsPBsXQ=\" is in Base64: OTLP/JSON has ids in hex digits",
        ),
        (
            Encoding::Json,
            r#""traceId":"5b8efff798038103d269b633813fc60x","spanId":"eee19b7ec3c1b174""#,
            "traceId \"5b8efff798038103d269b633813fc60x\" is not 32 hex digits",
        ),
        (
            Encoding::Json,
            r#""traceId":"+b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174""#,
            "traceId \"+b8efff798038103d269b633813fc60c\" is not 32 hex digits",
        ),
        (
            Encoding::Protobuf,
            r#""traceId":"d269b633813fc60c","spanId":"eee19b7ec3c1b174""#,
            "traceId has 8 bytes, not 16",
        ),
        (
            Encoding::Protobuf,
            r#""traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"01""#,
            "parentSpanId has 1 bytes, not 8",
        ),
    ] {
        let request = with_ids(&[ids, IDS]);
        let body = match encoding {
            Encoding::Json => request.into_bytes(),
            Encoding::Protobuf => protobuf(&request),
        };
        let (spans, report) = encoding.list(&body).unwrap();
        assert_eq!((spans.len(), report.rejected), (1, 1), "{ids}");
        assert_eq!(
            report.message,
            format!("1 of 2 spans rejected: span \"\": {reason}")
        );
    }
}

#[test]
fn a_parent_of_zeros_is_none() {
    for zeros in ["", "0000000000000000"] {
        assert_eq!(read_span(&format!(r#""parentSpanId":"{zeros}""#)), "");
    }
}

#[test]
fn few_of_many_rejected_spans_are_named() {
    let ids = vec![r#""name":"a\u001b[31m""#; 5];
    let message = read(&with_ids(&ids)).1;
    let one = r#"span "a?[31m": traceId is missing"#;
    assert_eq!(
        message,
        format!("5 of 5 spans rejected: {one}; {one}; {one}; and 2 more")
    );
    let long = format!(r#""name":"{}""#, "x".repeat(1_000_000));
    assert!(read(&with_ids(&[&long])).1.len() < 500);
}

#[test]
fn json_may_be_written_in_more_than_one_way() {
    let plain = Encoding::Json
        .list(span(r#""kind":2,"status":{"code":2}"#).as_bytes())
        .unwrap();
    for fields in [
        // Unknown fields, and fields that are null.
        r#""kind":2,"status":{"code":2,"x":[[{}]]},"flags":257,"new":{"a":[1,null]},"attributes":null,"name":null"#,
        // Numbers as texts; names, which protocol buffers' own libraries write.
        r#""kind":"2","status":{"code":"2"}"#,
        r#""kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_ERROR"}"#,
    ] {
        assert_eq!(
            Encoding::Json.list(span(fields).as_bytes()).unwrap(),
            plain,
            "{fields}"
        );
    }
}

#[test]
fn times_have_all_64_bits_in_both_ways_to_write_them() {
    let at = |time: &str| {
        let span = span(&format!(r#""startTimeUnixNano":{time},"endTimeUnixNano":{time}"#));
        let (spans, report) = Encoding::Json.list(span.as_bytes()).unwrap();
        assert_eq!(report.rejected, 0, "{time}");
        spans[0].timestamp
    };
    for (time, micros) in [
        ("18446744073709551615", Some(18_446_744_073_709_551)),
        ("9223372036854775808", Some(9_223_372_036_854_775)),
        ("1544712660000000000", Some(1_544_712_660_000_000)),
        ("1.544e18", Some(1_544_000_000_000_000)),
        ("0", None),
        ("-1", None),
    ] {
        assert_eq!(at(time), micros, "{time}");
        assert_eq!(at(&format!("\"{time}\"")), micros, "{time} as a text");
    }
    let beyond = span(r#""startTimeUnixNano":"18446744073709551616""#);
    assert!(Encoding::Json.list(beyond.as_bytes()).is_err());
}

#[test]
fn names_in_another_case_are_passed_over_with_a_hint() {
    for (body, name, instead) in [
        (
            r#"{"resource_spans":[{"scope_spans":[]}]}"#,
            "resource_spans",
            "resourceSpans",
        ),
        (
            r#"{"resourceSpans":[{"scope_spans":[]}]}"#,
            "scope_spans",
            "scopeSpans",
        ),
        // Of OTLP before 1.0.
        (
            r#"{"resourceSpans":[{"instrumentationLibrarySpans":[]}]}"#,
            "instrumentationLibrarySpans",
            "scopeSpans",
        ),
    ] {
        let (spans, report) = Encoding::Json.list(body.as_bytes()).unwrap();
        assert_eq!((spans.len(), report.rejected), (0, 0));
        let message = format!(
            "{name} is no field of OTLP/JSON: names are in lowerCamelCase, and this one is {instead}"
        );
        assert_eq!(report.message, message);
    }
}

#[test]
fn json_that_is_no_request_is_refused() {
    for (body, reason) in [
        ("[]", "Malformed at line 1 column 1 path $"),
        ("{}{}", "Malformed at line 1 column 3 path $"),
        ("{\n} x", "Malformed at line 2 column 3 path $"),
        ("{", "End of input at line 1 column 2 path $."),
        (
            r#"{"resourceSpans":{}}"#,
            "Malformed at line 1 column 18 path $.resourceSpans",
        ),
        (
            &span(r#""name":{}"#),
            "Expected a string but was BEGIN_OBJECT at line 1 column 126 path $.resourceSpans[0].scopeSpans[0].spans[0].name",
        ),
        (
            &span(r#""kind":"SERVER""#),
            "For input string: \"SERVER\" at line 1 column 133 path $.resourceSpans[0].scopeSpans[0].spans[0].kind",
        ),
        (
            &span(r#""startTimeUnixNano":"soon""#),
            "For input string: \"soon\" at line 1 column 144 path $.resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano",
        ),
        (
            &span(&attributes(&["a=:{\"doubleValue\":\"much\"}"])),
            "doubleValue \"much\" is no number at line 1 column 172 path $.resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.doubleValue",
        ),
    ] {
        let wrong = Encoding::Json.list(body.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            wrong,
            format!("{reason} reading an OTLP request from json"),
            "{body}"
        );
    }
}

#[test]
fn a_reason_is_short_whatever_the_request_has_in_it() {
    let long = "é".repeat(100_000);
    for body in [
        span(&format!(r#""kind":"{long}""#)),
        format!(r#"{{"{long}":"#),
        format!(r#"{{"{long}":[}}"#),
    ] {
        let wrong = Encoding::Json.list(body.as_bytes()).unwrap_err().to_string();
        assert!(wrong.chars().count() < 1_100, "{wrong}");
    }
}

#[test]
fn protobuf_that_is_no_request_is_refused() {
    for (body, reason) in [
        // Groups, field 0, a number of more than 64 bits.
        (&[0x0b][..], "Malformed"),
        (&[0x0a, 1, 0x0c], "Malformed"),
        (&[0x02, 0], "Malformed"),
        (
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "Malformed",
        ),
        (&[0x0a, 5, 1], "Truncated: length 5 > bytes available 1"),
    ] {
        let wrong = Encoding::Protobuf.list(body).unwrap_err().to_string();
        assert_eq!(
            wrong,
            format!("{reason} reading an OTLP request from protobuf"),
            "{body:?}"
        );
    }
    // Unknown fields of every wire type, and known numbers of another.
    let unknown = [
        0x78, 1, 0x79, 0, 0, 0, 0, 0, 0, 0, 0, 0x7a, 1, 0xff, 0x7d, 0, 0, 0, 0, 0x08, 1,
    ];
    assert_eq!(Encoding::Protobuf.list(&unknown).unwrap().0, []);
}

#[test]
fn a_body_cut_anywhere_is_refused_or_ends_between_two_resources() {
    let fields = format!(
        r#""name":"a","startTimeUnixNano":1,"events":[{{"name":"e"}}],{}"#,
        attributes(&["a=b"])
    );
    let request = span(&fields);
    let whole = protobuf(&request);
    for end in 1..whole.len() {
        assert!(Encoding::Protobuf.list(&whole[..end]).is_err(), "{end}");
    }
    for end in 1..request.len() {
        assert!(Encoding::Json.list(&request.as_bytes()[..end]).is_err(), "{end}");
    }
}

#[test]
fn lists_in_lists_are_read_to_a_depth() {
    let nested = |depth: usize| {
        let open = r#"{"arrayValue":{"values":["#.repeat(depth);
        span(&attributes(&[&format!("a=:{open}{{}}{}", "]}}".repeat(depth))]))
    };
    assert!(
        read(&nested(32))
            .0
            .contains(&format!("{}null{}", "[".repeat(32), "]".repeat(32)))
    );
    for (encoding, body) in [
        (Encoding::Json, nested(33).into_bytes()),
        (Encoding::Protobuf, protobuf(&nested(33))),
        (Encoding::Json, nested(100_000).into_bytes()),
    ] {
        let wrong = encoding.list(&body).unwrap_err().to_string();
        assert!(
            wrong.starts_with("lists and maps in more than 32 others"),
            "{wrong}"
        );
    }
}

#[test]
fn bytes_that_spans_share_are_bounded() {
    let attribute = attributes(&[&format!("a={}", "x".repeat(1 << 20))]);
    let request = |spans: usize| {
        let spans = vec![format!("{{{IDS}}}"); spans].join(",");
        format!(
            r#"{{"resourceSpans":[{{"resource":{{{attribute}}},"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#
        )
    };
    let count = |spans: usize| {
        let mut count = 0;
        Encoding::Json
            .each(request(spans).as_bytes(), |_| count += 1)
            .map(|_| count)
    };
    assert_eq!(count(31), Ok(31));
    let wrong = count(33).unwrap_err().to_string();
    assert!(
        wrong.starts_with("attributes of resources and scopes that take more than"),
        "{wrong}"
    );
}

/// Each scope would have a copy of the resource's 100,000 attributes: hundreds of gigabytes to copy.
#[test]
fn scopes_without_spans_are_not_put_together() {
    let attributes = vec![r#"{"key":"k","value":{}}"#; 100_000].join(",");
    let scopes = vec!["{}"; 100_000].join(",");
    let request = format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{attributes}]}},"scopeSpans":[{scopes}]}}]}}"#
    );
    assert_eq!(read(&request), ("[]".to_owned(), String::new()));
}

#[test]
fn attributes_in_any_layout_are_one() {
    let (ids, text) = (
        [&[0x0a, 16][..], &[1; 16], &[0x12, 8], &[2; 8]].concat(),
        [0x0a, 1, b'v'],
    );
    let key = [0x0a, 1, b'k'];
    let value = [&[0x12, 3][..], &text].concat();
    for attribute in [
        [&key[..], &value].concat(),
        // The value first; a field that nobody knows; a length in two bytes; the last of two values.
        [&value[..], &key].concat(),
        [&key[..], &value, &[0x18, 1]].concat(),
        [&[0x0a, 0x81, 0, b'k'][..], &value].concat(),
        [&key[..], &[0x12, 0x84, 0], &[0x0a, 0x81, 0, b'v']].concat(),
        [&key[..], &[0x12, 6, 0x0a, 1, b'u'], &text].concat(),
        [&key[..], &[0x12, 3, 0x0a, 1, b'u'], &value].concat(),
    ] {
        let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, bytes.len() as u8], bytes].concat();
        let span = field(2, &[&ids[..], &field(9, &attribute)].concat());
        let (spans, _) = Encoding::Protobuf.list(&field(1, &field(2, &span))).unwrap();
        assert_eq!(spans[0].tags["k"], "v", "{attribute:?}");
    }
}
