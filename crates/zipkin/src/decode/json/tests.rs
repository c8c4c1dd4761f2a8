//! Bodies, and the answer of a real Zipkin (3.6.1) to each.

use crate::decode::Format;

const STRUCTURE: &str =
    "\nSee https://github.com/google/gson/blob/main/Troubleshooting.md#unexpected-json-structure";

const NULL: &str = "\nSee https://github.com/google/gson/blob/main/Troubleshooting.md#adapter-not-null-safe";

/// Each text stands for the rest of a list behind the ids of its first span.
fn assert_refused(format: Format, table: &[(&str, &str)]) {
    for (rest, reason) in table {
        let json = format!(r#"[{{"traceId":"a","id":"b",{rest}"#);
        let wrong = format.list(json.as_bytes()).expect_err(rest).to_string();
        let expected = reason.replace("{S}", STRUCTURE).replace("{N}", NULL);
        assert_eq!(
            wrong,
            format!("{expected} reading List<Span> from json"),
            "{rest}"
        );
    }
}

#[rustfmt::skip] // A row is a line.
#[test]
fn a_missing_value_has_a_path() {
    assert_refused(Format::JsonV2, &[
        (r#""annotations":[{"timestamp":1}]}]"#, "Incomplete annotation at $[0].annotations[0].timestamp"),
        (r#""annotations":[{}]}]"#, "Incomplete annotation at $[0].annotations[0]."),
        (r#""annotations":[{"value":"a","timestamp":1},{"value":"x"}]}]"#, "Incomplete annotation at $[0].annotations[1].value"),
        (r#""annotations":[{"timestamp":1,"x":{"y":[2]}}]}]"#, "Incomplete annotation at $[0].annotations[0].x"),
        (r#""tags":{}},{"annotations":[{"a.b":0 } ]}]"#, "Incomplete annotation at $[1].annotations[0].a.b"),
        (r#""tags":{"http.method":null}}]"#, "No value at $[0].tags.http.method"),
        (r#""tags":{"a":"b","a b\n'\u00e9":NULL}}]"#, "No value at $[0].tags.a b\n'é"),
        (r#""tags":{"":null}}]"#, "No value at $[0].tags."),
    ]);
    assert_refused(Format::JsonV1, &[
        (r#""annotations":[{"value":"a","endpoint":{"serviceName":"a"}}]}]"#, "Incomplete annotation at $[0].annotations[0].endpoint"),
        (r#""binaryAnnotations":[{}]}]"#, "No key at $[0].binaryAnnotations[0]."),
        (r#""binaryAnnotations":[{"key":"a","value":"b"},{"value":"a"}]}]"#, "No key at $[0].binaryAnnotations[1].value"),
        (r#""binaryAnnotations":[{"key":null}]}]"#, "No key at $[0].binaryAnnotations[0].key"),
    ]);
}

#[rustfmt::skip] // A row is a line.
#[test]
fn another_value_is_named_where_it_was_looked_at() {
    assert_refused(Format::JsonV2, &[
        (r#""tags":{"a":[]}}]"#, "Expected a string but was BEGIN_ARRAY at line 1 column 39 path $[0].tags.a{S}"),
        (r#""tags":{"a":{}}}]"#, "Expected a string but was BEGIN_OBJECT at line 1 column 39 path $[0].tags.a{S}"),
        (r#""tags":{"a":TRUE}}]"#, "Expected a string but was BOOLEAN at line 1 column 42 path $[0].tags.a{S}"),
        ("\"tags\":{\"x\":\"y\",\"a\": \n [1]}}]", "Expected a string but was BEGIN_ARRAY at line 2 column 3 path $[0].tags.a{S}"),
        // Columns count UTF-16: an emoji is two.
        (r#""name":"😀é","tags":{"a":[]}}]"#, "Expected a string but was BEGIN_ARRAY at line 1 column 52 path $[0].tags.a{S}"),
        (r#""id":Null}]"#, "Expected a string but was NULL at line 1 column 35 path $[0].id{N}"),
        (r#""timestamp":fALSE}]"#, "Expected a long but was BOOLEAN at line 1 column 43 path $[0].timestamp{S}"),
        (r#""annotations":[{"timestamp":null}]}]"#, "Expected a long but was NULL at line 1 column 58 path $[0].annotations[0].timestamp{N}"),
        (r#""debug": "é"}]"#, "Expected a boolean but was STRING at line 1 column 36 path $[0].debug{S}"),
        (r#""debug":"no end"#, "Expected a boolean but was STRING at line 1 column 35 path $[0].debug{S}"),
        // Numbers of 64 bits are passed over, others are not.
        (r#""debug":12}]"#, "Expected a boolean but was NUMBER at line 1 column 36 path $[0].debug{S}"),
        (r#""debug":1.5}]"#, "Expected a boolean but was NUMBER at line 1 column 34 path $[0].debug{S}"),
        (r#""debug":-0}]"#, "Expected a boolean but was NUMBER at line 1 column 34 path $[0].debug{S}"),
        // No value at all.
        (r#""debug":01}]"#, "Malformed"),
        (r#""debug":trueé}]"#, "Malformed"),
        (r#""tags":{"a":nullx}}]"#, "Malformed"),
        (r#""timestamp":1.5x}]"#, "Malformed"),
        (r#""timestamp":tru"#, "Malformed"),
        (r#""timestamp":1."#, "Malformed"),
    ]);
}

#[rustfmt::skip] // A row is a line.
#[test]
fn numbers_must_be_whole_and_fit() {
    assert_refused(Format::JsonV2, &[
        (r#""timestamp":1.5}]"#, "Expected a long but was 1.5 at line 1 column 41 path $[0].timestamp"),
        (r#""timestamp":"1.5"}]"#, "Expected a long but was 1.5 at line 1 column 43 path $[0].timestamp"),
        (r#""timestamp":1e400}]"#, "Expected a long but was 1e400 at line 1 column 43 path $[0].timestamp"),
        (r#""duration": 1.5 }]"#, "Expected a long but was 1.5 at line 1 column 41 path $[0].duration"),
        (r#""localEndpoint":{"port":2147483648}}]"#, "Expected an int but was 2147483648 at line 1 column 60 path $[0].localEndpoint.port"),
        (r#""localEndpoint":{"port":-2147483649}}]"#, "Expected an int but was -2147483649 at line 1 column 61 path $[0].localEndpoint.port"),
        (r#""localEndpoint":{"port":"1e10"}}]"#, "Expected an int but was 1e10 at line 1 column 56 path $[0].localEndpoint.port"),
        (r#""localEndpoint":{"port":2147483647}}]"#, "invalid port 2147483647"),
        (r#""localEndpoint":{"port":70000}}]"#, "invalid port 70000"),
    ]);
    for fits in [
        r#""timestamp":9223372036854775808"#, // The nearest double is the nearest long.
        r#""timestamp":-9223372036854775809"#,
        r#""localEndpoint":{"port":-1}"#,
        r#""localEndpoint":{"port":-2147483648}"#,
    ] {
        let json = format!(r#"[{{"traceId":"a","id":"b",{fits}}}]"#);
        assert!(Format::JsonV2.list(json.as_bytes()).is_ok(), "{fits}");
    }
}

#[rustfmt::skip] // A row is a line.
#[test]
fn the_end_has_a_place_too() {
    assert_refused(Format::JsonV2, &[
        ("", "End of input at line 1 column 26 path $[0].id"),
        ("\"name\"", "End of input at line 1 column 32 path $[0].name"),
        ("\"tags\":{\n", "End of input at line 2 column 1 path $[0].tags."),
        ("\"tags\":{}}", "End of input at line 1 column 36 path $[1]"),
        ("\"tags\":{}},{", "End of input at line 1 column 38 path $[1]."),
        ("\"x\":[1,", "End of input at line 1 column 33 path $[0].x[0]"),
    ]);
}

#[test]
fn a_long_way_down_is_a_short_text() {
    let json = format!(r#"[{{"x":{}"#, "[".repeat(1_000_000));
    let wrong = Format::JsonV2.list(json.as_bytes()).unwrap_err();
    assert!(wrong.to_string().len() < 1_000);
}
