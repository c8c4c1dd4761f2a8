use super::*;
use crate::{Annotation, SpanId};

/// An event in protocol buffers, as a field of a span.
fn event(time: u8, value: u8) -> Vec<u8> {
    vec![82, 12, 9, time, 0, 0, 0, 0, 0, 0, 0, 18, 1, value]
}

/// A client that names itself as its parent, says that it shares its id, and has events out of order and twice.
fn bodies() -> [(Format, Vec<u8>); 3] {
    let json_v2 = br#"[{"traceId":"1","id":"2","parentId":"2","kind":"CLIENT","shared":true,"annotations":[
        {"timestamp":9,"value":"b"},{"timestamp":5,"value":"a"},{"timestamp":5,"value":"a"}]}]"#;
    // Version 1 has no flag `shared`.
    let json_v1 = br#"[{"traceId":"1","id":"2","parentId":"2","annotations":[
        {"timestamp":9,"value":"b"},{"timestamp":5,"value":"a"},{"timestamp":5,"value":"a"},
        {"timestamp":1,"value":"cs","endpoint":{"serviceName":"web"}}]}]"#;
    let ids = vec![10, 1, 1, 18, 1, 2, 26, 1, 2, 32, 1];
    let span = [ids, event(9, b'b'), event(5, b'a'), event(5, b'a'), vec![104, 1]].concat();
    let proto3 = [vec![10, span.len() as u8], span].concat();
    [
        (Format::JsonV2, json_v2.to_vec()),
        (Format::JsonV1, json_v1.to_vec()),
        (Format::Proto3, proto3),
    ]
}

#[test]
fn spans_of_every_format_are_normalised_alike() {
    let expected = [(5, "a"), (9, "b")].map(|(timestamp, value)| Annotation {
        timestamp,
        value: value.to_owned(),
    });
    for (format, body) in bodies() {
        let spans = format.list(&body).unwrap();
        let [span] = spans.as_slice() else {
            panic!("{format}: {spans:?}");
        };
        assert_eq!(span.id, SpanId::new(2), "{format}");
        assert_eq!((span.parent_id, span.shared), (None, false), "{format}");
        assert_eq!(span.annotations, expected, "{format}");
    }
}

#[test]
fn one_after_the_other_is_the_same_as_a_list_in_every_format() {
    for (format, body) in bodies() {
        let mut found = Vec::new();
        format
            .each(&body, |span| {
                assert_eq!(*span, SpanRef::from(&span.to_span()), "{format}");
                found.push(span.to_span());
            })
            .unwrap();
        assert_eq!(found, format.list(&body).unwrap(), "{format}");
    }
}
