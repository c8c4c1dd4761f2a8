use super::*;
use crate::encode;

/// A field that has a length: a text, bytes, or a message.
fn bytes(number: u8, value: &[u8]) -> Vec<u8> {
    assert!(number < 16 && value.len() < 128);
    [&[number << 3 | 2, value.len() as u8], value].concat()
}

fn varint(number: u8, value: &[u8]) -> Vec<u8> {
    [&[number << 3], value].concat()
}

fn fixed64(number: u8, value: i64) -> Vec<u8> {
    [&[number << 3 | 1], value.to_le_bytes().as_slice()].concat()
}

/// One span with the ids 1 and 2 and these fields, in a list.
fn list_of(fields: &[Vec<u8>]) -> Vec<u8> {
    let ids = [bytes(1, &[1]), bytes(3, &[2])].concat();
    bytes(1, &[ids, fields.concat()].concat())
}

/// The spans that a reader gets back, without the ids; or why nothing was stored.
fn read(body: &[u8]) -> String {
    match list(body) {
        Err(wrong) => wrong.to_string(),
        Ok(spans) => {
            let mut out = Vec::new();
            encode::list(&mut out, &spans);
            let json = String::from_utf8(out).unwrap();
            json.replace(r#""traceId":"0000000000000001","id":"0000000000000002""#, "")
        }
    }
}

#[test]
fn every_field_is_read() {
    let endpoint = [
        bytes(1, b"Orders"),
        bytes(2, &[10, 0, 0, 1]),
        varint(4, &[0x92, 0x3f]),
    ]
    .concat();
    let remote = bytes(3, &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let ids = bytes(1, &[0x46; 16])
        .into_iter()
        .chain(bytes(2, &[1; 8]))
        .chain(bytes(3, &[2; 8]))
        .chain(varint(4, &[2]))
        .chain(bytes(5, b"GET /"))
        .collect();
    let rest = [
        fixed64(6, 1_472_470_996_199_000),
        varint(7, &[0x98, 0xd1, 0x0c]),
        bytes(8, &endpoint),
        bytes(9, &remote),
    ];
    let end = [
        bytes(10, &[fixed64(1, 5), bytes(2, b"a")].concat()),
        bytes(11, &[bytes(1, b"error"), bytes(2, b"")].concat()),
        varint(12, &[1]),
        varint(13, &[1]),
    ];
    let span: Vec<u8> = [ids, rest.concat(), end.concat()].concat();
    // Longer than 127 bytes: its length takes two.
    let body = [
        &[0x0a, span.len() as u8 & 0x7f | 0x80, (span.len() >> 7) as u8],
        span.as_slice(),
    ]
    .concat();
    assert_eq!(
        read(&body),
        concat!(
            r#"[{"traceId":"46464646464646464646464646464646","parentId":"0101010101010101","id":"0202020202020202","#,
            r#""kind":"SERVER","name":"get /","timestamp":1472470996199000,"duration":207000,"#,
            r#""localEndpoint":{"serviceName":"orders","ipv4":"10.0.0.1","port":8082},"#,
            r#""remoteEndpoint":{"ipv6":"2001:db8::1"},"annotations":[{"timestamp":5,"value":"a"}],"#,
            r#""tags":{"error":""},"debug":true,"shared":true}]"#
        )
    );
}

#[test]
fn fields_that_say_nothing_are_left_out() {
    for (field, kept) in [
        // Unknown fields of every wire type; known numbers of another type.
        (varint(15, &[0xff, 1]), ""),
        (fixed64(15, 1), ""),
        (bytes(14, b"later"), ""),
        ([&[15 << 3 | 5], [0; 4].as_slice()].concat(), ""),
        (varint(5, &[1]), ""),
        // Values that say nothing.
        (bytes(2, &[0; 8]), ""),
        (bytes(2, &[2]), ""),
        (varint(4, &[0]), ""),
        (varint(4, &[9]), ""),
        (fixed64(6, -1), ""),
        (
            varint(7, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
            "",
        ),
        (bytes(5, b""), ""),
        (bytes(8, b""), ""),
        (bytes(8, &bytes(2, &[1, 2, 3])), ""),
        (bytes(10, &fixed64(1, 5)), ""),
        (bytes(10, &bytes(2, b"a")), ""),
        (bytes(11, &bytes(2, b"no key")), ""),
        (varint(13, &[0]), ""),
        // Addresses of the other family, and one within the other.
        (
            bytes(8, &bytes(3, &[1, 2, 3, 4])),
            r#","localEndpoint":{"ipv4":"1.2.3.4"}"#,
        ),
        (
            bytes(9, &bytes(3, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])),
            r#","remoteEndpoint":{"ipv4":"1.2.3.4"}"#,
        ),
        (
            bytes(9, &bytes(3, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
            r#","remoteEndpoint":{"ipv6":"::1"}"#,
        ),
        (bytes(5, b"\xff"), ",\"name\":\"\u{fffd}\""),
    ] {
        assert_eq!(
            read(&list_of(std::slice::from_ref(&field))),
            format!("[{{{kept}}}]"),
            "{field:?}"
        );
    }
}

#[test]
fn other_than_a_list_is_refused_in_zipkins_words() {
    for (body, reason) in [
        ([list_of(&[]), bytes(1, b"")].concat(), "Missing : traceId id"),
        (bytes(1, &bytes(1, &[1])), "Missing : id"),
        (bytes(1, &bytes(1, b"")), "traceId is empty"),
        (bytes(1, &bytes(1, &[0; 16])), "traceId is all zeros"),
        (bytes(1, &bytes(1, &[1; 17])), "traceId.length > 32"),
        (bytes(1, &bytes(3, &[1; 9])), "id.length > 16"),
        (
            list_of(&[bytes(8, &varint(4, &[0x80, 0x80, 4]))]),
            "invalid port 65536",
        ),
        // No booleans.
        (list_of(&[varint(13, &[2])]), "Malformed"),
        // Wire types that there are not, a field that has no number, a number of more than 64 bits.
        (list_of(&[vec![14 << 3 | 3]]), "Malformed"),
        (list_of(&[vec![0, 1]]), "Malformed"),
        (list_of(&[varint(7, &[0xff; 10])]), "Malformed"),
        // Cut short.
        (vec![0x0a, 120, 1], "Truncated: length 120 > bytes available 1"),
        (
            list_of(&[vec![7 << 3]]),
            "Truncated: length 1 > bytes available 0",
        ),
        (
            list_of(&[vec![6 << 3 | 1, 1]]),
            "Truncated: length 8 > bytes available 1",
        ),
        (
            vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            "Truncated: length 18446744073709551615 > bytes available 0",
        ),
    ] {
        assert_eq!(
            read(&body),
            format!("{reason} reading List<Span> from proto3"),
            "{body:?}"
        );
    }
    assert_eq!(read(b"{}"), "Expected a PROTO3 encoded list\n");
}

#[test]
fn lists_without_spans_are_read() {
    assert_eq!((read(b""), read(b"[]")), ("[]".into(), "[]".into()));
}

#[test]
fn a_body_cut_anywhere_is_refused() {
    let body = list_of(&[
        bytes(5, b"name"),
        fixed64(6, 1),
        bytes(8, &bytes(1, b"a")),
        varint(13, &[1]),
    ]);
    for end in 1..body.len() {
        assert!(list(&body[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_list_of_very_many_spans_is_refused() {
    let span = list_of(&[]);
    assert_eq!(list(&span.repeat(MAX_SPANS)).unwrap().len(), MAX_SPANS);
    assert_eq!(list(&span.repeat(MAX_SPANS + 1)), Err(DecodeError::TooMany));
}
