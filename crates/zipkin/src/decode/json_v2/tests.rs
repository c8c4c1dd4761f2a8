use super::*;
use crate::encode;

/// The list decoded and encoded again: what a reader gets back.
fn stored(json: &str) -> String {
    let mut out = Vec::new();
    encode::list(
        &mut out,
        &list(json.as_bytes()).unwrap_or_else(|wrong| panic!("{json}: {wrong}")),
    );
    String::from_utf8(out).unwrap()
}

fn refused(json: &str) -> String {
    match list(json.as_bytes()) {
        Ok(spans) => panic!("{json} was read as {spans:?}"),
        Err(wrong) => wrong.to_string(),
    }
}

#[test]
fn a_whole_span_comes_back_as_it_was() {
    let json = concat!(
        r#"[{"traceId":"463ac35c9f6413ad48485a3953bb6124","parentId":"a2fb4a1d1a96d312","id":"0020000000000001","#,
        r#""kind":"SERVER","name":"get /orders/{id}","timestamp":1472470996199000,"duration":207000,"#,
        r#""localEndpoint":{"serviceName":"orders","ipv4":"127.0.0.1","ipv6":"2001:db8::1","port":8082},"#,
        r#""remoteEndpoint":{"serviceName":"gateway"},"annotations":[{"timestamp":5,"value":"a"}],"#,
        r#""tags":{"userId":"테리 \"t\"","z":""},"debug":true,"shared":true}]"#
    );
    assert_eq!(stored(json), json);
}

#[test]
fn lists_without_spans_are_read() {
    for json in ["", "[]", "[ ]", "\n[]", "[] and more"] {
        assert_eq!(stored(json), "[]");
    }
}

#[test]
fn fields_are_normalised() {
    for (given, kept) in [
        // Numbers as strings and strings as numbers.
        (r#""timestamp":"1500""#, r#""timestamp":1500"#),
        (
            r#""timestamp":15.0,"duration":1e3"#,
            r#""timestamp":15,"duration":1000"#,
        ),
        (
            r#""tags":{"a":1.50,"b":1e3,"c":-0}"#,
            r#""tags":{"a":"1.50","b":"1e3","c":"-0"}"#,
        ),
        (r#""name":7"#, r#""name":"7""#),
        // Escapes, and half of an emoji.
        (
            r#""tags":{"\u0061\"":"\ud83d\ude00\/"}"#,
            r#""tags":{"a\"":"😀/"}"#,
        ),
        (r#""tags":{"a":"cut \ud83d"}"#, r#""tags":{"a":"cut ?"}"#),
        (r#""tags":{"a":"\ud800x"}"#, r#""tags":{"a":"?x"}"#),
        (r#""tags":{"a":"\udc00\ud800"}"#, r#""tags":{"a":"??"}"#),
        (r#""tags":{"a":"\ud800\ud800"}"#, r#""tags":{"a":"??"}"#),
        (r#""tags":{"a":"\ud800\u0041\n"}"#, r#""tags":{"a":"?A\n"}"#),
        // Values that say nothing.
        (r#""timestamp":-1,"duration":0"#, ""),
        (
            r#""name":"","tags":{},"annotations":[],"localEndpoint":{},"remoteEndpoint":{"serviceName":""}"#,
            "",
        ),
        (
            r#""parentId":null,"kind":null,"name":null,"timestamp":null,"localEndpoint":null,"tags":null,"debug":null"#,
            "",
        ),
        (r#""debug":false,"shared":false"#, ""),
        (r#""debug":tRue,"shared":FALSE"#, r#""debug":true"#),
        (r#""name":NULL,"x":{"y":[FALSE,Null,True]}"#, ""),
        (r#""unknown":{"deep":[1,{"er":null}]}"#, ""),
        // Parents.
        (r#""parentId":"0""#, ""),
        (r#""parentId":"2""#, ""),
        // Flags: a client cannot share, and set is set.
        (r#""shared":true,"kind":"CLIENT""#, r#""kind":"CLIENT""#),
        (r#""debug":true,"debug":false"#, r#""debug":true"#),
        // Names in lower case, never trimmed.
        (r#""name":" GET Ä ""#, r#""name":" get ä ""#),
        (
            r#""localEndpoint":{"serviceName":"Front End"}"#,
            r#""localEndpoint":{"serviceName":"front end"}"#,
        ),
        // Addresses, in either field.
        (r#""localEndpoint":{"ipv4":"nowhere"}"#, ""),
        (
            r#""localEndpoint":{"ipv4":"nowhere","port":80}"#,
            r#""localEndpoint":{"port":80}"#,
        ),
        (r#""localEndpoint":{"port":0}"#, ""),
        (r#""localEndpoint":{"port":-5}"#, ""),
        (
            r#""localEndpoint":{"port":"80"}"#,
            r#""localEndpoint":{"port":80}"#,
        ),
        (
            r#""localEndpoint":{"ipv4":"2001:DB8:0:0:0:0:0:C001"}"#,
            r#""localEndpoint":{"ipv6":"2001:db8::c001"}"#,
        ),
        (
            r#""localEndpoint":{"ipv6":"1.2.3.4"}"#,
            r#""localEndpoint":{"ipv4":"1.2.3.4"}"#,
        ),
        (
            r#""localEndpoint":{"ipv6":"::FFFF:1.2.3.4"}"#,
            r#""localEndpoint":{"ipv4":"1.2.3.4"}"#,
        ),
        (
            r#""localEndpoint":{"ipv6":"::1.2.3.4"}"#,
            r#""localEndpoint":{"ipv4":"1.2.3.4"}"#,
        ),
        (
            r#""localEndpoint":{"ipv4":"10.0.0.04"}"#,
            r#""localEndpoint":{"ipv4":"10.0.0.4"}"#,
        ),
        (r#""localEndpoint":{"ipv4":"10.0.0.256"}"#, ""),
        (r#""localEndpoint":{"ipv4":"10.0.0"}"#, ""),
        (r#""localEndpoint":{"ipv4":"+1.0.0.0004"}"#, ""),
        (
            r#""localEndpoint":{"ipv6":"::1"}"#,
            r#""localEndpoint":{"ipv6":"::1"}"#,
        ),
        // Order and repetition: the last of a key wins.
        (
            r#""tags":{"b":"1","a":"2","b":"3"}"#,
            r#""tags":{"a":"2","b":"3"}"#,
        ),
        (
            r#""tags":{"a":"1","b":"2"},"tags":{"a":"3"}"#,
            r#""tags":{"a":"3","b":"2"}"#,
        ),
        (r#""name":"one","name":"two""#, r#""name":"two""#),
        (r#""n\u0061me":"one""#, r#""name":"one""#),
        (
            r#""annotations":[{"timestamp":2,"value":"a"},{"value":"b","timestamp":"1"},{"timestamp":2,"value":"a"}]"#,
            r#""annotations":[{"timestamp":1,"value":"b"},{"timestamp":2,"value":"a"}]"#,
        ),
    ] {
        let comma = if kept.is_empty() { "" } else { "," };
        assert_eq!(
            stored(&format!(r#"[{{"traceId":"1","id":"2",{given}}}]"#)),
            format!(r#"[{{"traceId":"0000000000000001","id":"0000000000000002"{comma}{kept}}}]"#),
            "{given}"
        );
    }
}

#[test]
fn ids_are_normalised() {
    for (given, kept) in [
        (
            r#""traceId":"1","id":"0""#,
            r#""traceId":"0000000000000001","id":"0000000000000000""#,
        ),
        (
            r#""traceId":1,"id":22"#,
            r#""traceId":"0000000000000001","id":"0000000000000022""#,
        ),
        (
            r#""id":"3","traceId":"1","id":"2""#,
            r#""traceId":"0000000000000001","id":"0000000000000002""#,
        ),
        (
            r#""traceId":"10000000000000abc","id":"2""#,
            r#""traceId":"00000000000000010000000000000abc","id":"0000000000000002""#,
        ),
        (
            r#""traceId":"0000000000000000000000000000000a","id":"2""#,
            r#""traceId":"000000000000000a","id":"0000000000000002""#,
        ),
    ] {
        assert_eq!(stored(&format!("[{{{given}}}]")), format!("[{{{kept}}}]"));
    }
}

#[test]
fn other_than_a_list_is_refused_in_zipkins_words() {
    for (json, reason) in [
        // The first byte decides.
        (r#"{"traceId":"1","id":"2"}"#, "Expected a JSON_V2 encoded list\n"),
        (" []", "Expected a JSON_V2 encoded list\n"),
        ("hello", "Expected a JSON_V2 encoded list\n"),
        ("\n", "Expected a JSON_V2 encoded list\n"),
        ("\u{b}[]", "Malformed reading List<Span> from json"),
        (
            r#"[{"traceId":"1","id":"2","binaryAnnotations":[]}]"#,
            "Expected a JSON_V2 encoded list, but received: JSON_V1\n",
        ),
        // Structure.
        ("[[]]", "Malformed reading List<Span> from json"),
        ("[null]", "Malformed reading List<Span> from json"),
        (
            r#"[{"traceId":"1","id":"2"},]"#,
            "Malformed reading List<Span> from json",
        ),
        (
            r#"[{"traceId":"1","id":"2",}]"#,
            "Malformed reading List<Span> from json",
        ),
        (
            "[{'traceId':'1','id':'2'}]",
            "Malformed reading List<Span> from json",
        ),
        (
            r#"[{"traceId":"1","id":"2"#,
            "Malformed reading List<Span> from json",
        ),
        (
            r#"[{"traceId":"1","id":"2""#,
            "End of input at line 1 column 25 path $[0].id reading List<Span> from json",
        ),
        (
            "[{\"traceId\":\"1\",\n \"id\":true}]",
            concat!(
                "Expected a string but was BOOLEAN at line 2 column 11 path $[0].id\n",
                "See https://github.com/google/gson/blob/main/Troubleshooting.md#unexpected-json-structure ",
                "reading List<Span> from json"
            ),
        ),
    ] {
        assert_eq!(refused(json), reason, "{json}");
    }
}

#[test]
fn one_bad_field_refuses_the_whole_list() {
    for (fields, reason) in [
        // Ids.
        ("", "Missing : traceId id"),
        (r#""id":"2""#, "Missing : traceId"),
        (r#""traceId":"1""#, "Missing : id"),
        (r#""traceId":null,"id":"2""#, "Expected a string but was NULL"),
        (r#""traceId":"","id":"2""#, "traceId is empty"),
        (r#""traceId":"0","id":"2""#, "traceId is all zeros"),
        (r#""traceId":"1","id":"""#, "id is empty"),
        (r#""traceId":"1","id":"0000000000000000""#, "id is all zeros"),
        (
            r#""traceId":"1","id":"ABC""#,
            "ABC should be lower-hex encoded with no prefix",
        ),
        (r#""traceId":"1","id":"00000000000000001""#, "id.length > 16"),
        (
            r#""traceId":"000000000000000000000000000000001","id":"2""#,
            "traceId.length > 32",
        ),
        (r#""traceId":"1","id":"2","parentId":"""#, "parentId is empty"),
        // Kinds.
        (
            r#""traceId":"1","id":"2","kind":"client""#,
            "No enum constant zipkin2.Span.Kind.client",
        ),
        (
            r#""traceId":"1","id":"2","kind":"INTERNAL""#,
            "No enum constant zipkin2.Span.Kind.INTERNAL",
        ),
        // Numbers and flags.
        (
            r#""traceId":"1","id":"2","timestamp":1.5"#,
            "Expected a long but was 1.5",
        ),
        (
            r#""traceId":"1","id":"2","timestamp":1e400"#,
            "Expected a long but was 1e400",
        ),
        (
            r#""traceId":"1","id":"2","timestamp":"soon""#,
            r#"For input string: "soon""#,
        ),
        (
            r#""traceId":"1","id":"2","duration":{}"#,
            "Expected a long but was BEGIN_OBJECT",
        ),
        (
            r#""traceId":"1","id":"2","debug":"true""#,
            "Expected a boolean but was STRING",
        ),
        (
            r#""traceId":"1","id":"2","localEndpoint":{"port":65536}"#,
            "invalid port 65536",
        ),
        (
            r#""traceId":"1","id":"2","localEndpoint":{"port":8.5}"#,
            "Expected an int but was 8.5",
        ),
        (r#""traceId":"1","id":"2","localEndpoint":"here""#, "Malformed"),
        // Tags and annotations.
        (r#""traceId":"1","id":"2","tags":{"a":null}"#, "No value"),
        (
            r#""traceId":"1","id":"2","tags":{"a":true}"#,
            "Expected a string but was BOOLEAN",
        ),
        (
            r#""traceId":"1","id":"2","tags":{"a":{}}"#,
            "Expected a string but was BEGIN_OBJECT",
        ),
        (r#""traceId":"1","id":"2","tags":[]"#, "Malformed"),
        (r#""traceId":"1","id":"2","annotations":{}"#, "Malformed"),
        (
            r#""traceId":"1","id":"2","annotations":[{"value":"a"}]"#,
            "Incomplete annotation",
        ),
        (
            r#""traceId":"1","id":"2","annotations":[{"timestamp":1,"value":null}]"#,
            "Expected a string but was NULL",
        ),
    ] {
        let text = refused(&format!(r#"[{{"traceId":"1","id":"1"}},{{{fields}}}]"#));
        let cause = text.strip_suffix(" reading List<Span> from json").unwrap();
        assert_eq!(cause.split(" at ").next().unwrap(), reason, "{fields}");
    }
}

#[test]
fn the_first_of_two_errors_is_shown() {
    assert_eq!(
        refused(r#"[{"traceId":"1","id":"X"},{"traceId""#),
        "X should be lower-hex encoded with no prefix reading List<Span> from json"
    );
}

#[test]
fn raw_control_characters_are_read_as_zipkin_does() {
    let spans = list(b"[{\"traceId\":\"1\",\"id\":\"2\",\"name\":\"a\n\0\"}]").unwrap();
    assert_eq!(spans[0].name.as_deref(), Some("a\n\0"));
}

#[test]
fn texts_of_any_length_end_where_they_end() {
    for length in 0..40 {
        for text in ["x", "é", "!", "\u{1}", "#", "]", "[", "\\u0022", "\\\\"] {
            let text = text.repeat(length);
            let json = format!(r#"[{{"traceId":"1","id":"2","tags":{{"a":"{text}","b":""}}}}]"#);
            let spans = list(json.as_bytes()).unwrap();
            let read = text.replace("\\u0022", "\"").replace("\\\\", "\\");
            assert_eq!((&*spans[0].tags["a"], &*spans[0].tags["b"]), (&*read, ""));
        }
    }
}

#[test]
fn one_after_the_other_is_the_same_as_a_list() {
    let json = br#"[{"traceId":"1","id":"2","name":"A\u0042","tags":{"b":"\"","a":"1","b":"2"},"annotations":[{"timestamp":1,"value":"x"}]},
        {"traceId":"1","id":"3"},{"traceId":"1","id":"4","remoteEndpoint":{"port":1,"serviceName":"c"}}]"#;
    let mut spans = Vec::new();
    each(json, |span| {
        assert_eq!(*span, SpanRef::from(&span.to_span()));
        spans.push(span.to_span());
    })
    .unwrap();
    assert_eq!(list(json), Ok(spans));
}

#[test]
fn bytes_that_are_no_utf_8_are_replaced() {
    let spans = list(b"[{\"traceId\":\"1\",\"id\":\"2\",\"tags\":{\"a\":\"\xff\"}}]").unwrap();
    assert_eq!(spans[0].tags["a"], "\u{fffd}");
}

#[test]
fn depth_does_not_hurt() {
    let deep = format!(
        r#"[{{"traceId":"1","id":"2","x":{}{}}}]"#,
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    assert_eq!(list(deep.as_bytes()).unwrap().len(), 1);
    assert_eq!(
        refused(&"[".repeat(1_000_000)),
        "Malformed reading List<Span> from json"
    );
}

#[test]
fn a_body_cut_anywhere_is_refused() {
    let json =
        r#"[{"traceId":"1","id":"2","localEndpoint":{"port":"80"},"tags":{"a":"\u00e9"},"shared":true}]"#;
    for end in 1..json.len() {
        assert!(list(&json.as_bytes()[..end]).is_err(), "{}", &json[..end]);
    }
}
