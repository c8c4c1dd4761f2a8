use zipkin::{SpanRef, decode};

use super::{write::span as write_span, *};

#[test]
fn spans_are_read_as_they_were_written() {
    let spans = decode::list(
        r#"[{"traceId":"a","id":"1"},
        {"traceId":"463ac35c9f6413ad48485a3953bb6124","parentId":"1","id":"ffffffffffffffff","kind":"CONSUMER",
         "name":"김치 €","timestamp":9223372036854775807,"duration":1,"debug":true,"shared":true,
         "localEndpoint":{"serviceName":"a","ipv4":"10.0.0.1","ipv6":"2001:db8::1","port":65535},
         "remoteEndpoint":{"port":1},
         "annotations":[{"timestamp":0,"value":""},{"timestamp":127,"value":"b"},{"timestamp":128,"value":"c"}],
         "tags":{"":"","k":"v","long":"01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}},
        {"traceId":"a","id":"2","kind":"CLIENT","remoteEndpoint":{"ipv6":"::1"},"tags":{"x":"y"}}]"#
            .as_bytes(),
    );
    let spans = spans.unwrap();
    let mut packed = Packed::new(spans[0].trace_id);
    let mut bytes = Vec::new();
    for span in &spans {
        let mut own = Vec::new();
        write_span(&mut own, &SpanRef::from(span));
        if span.trace_id == packed.trace_id() {
            packed.push(&own);
        } else {
            span_with_trace_id(&mut bytes, span.trace_id, &own);
            packed.push(&bytes);
        }
    }
    assert_eq!(packed.to_vec(), spans);
    let last = packed.parts().last().unwrap();
    let start = packed.end() - last.len() - 1;
    assert_eq!(
        packed.read_from(start).next().unwrap().to_ref().to_span(),
        spans[2]
    );
    // Bytes that are not a whole span are none, and no panic.
    for end in 0..last.len() {
        assert!(
            PackedSpan::read(spans[0].trace_id, &last[..end])
                .is_none_or(|span| span.to_ref().to_span() != spans[2])
        );
    }
}

#[test]
fn a_version_ends_with_the_next_span() {
    let mut spans: Spans = Arc::new(Packed::new(zipkin::TraceId::new(1)));
    let version = Version::of(&spans);
    assert!(version.is_of(&spans));
    Arc::make_mut(&mut spans).push(b"a span");
    assert!(!version.is_of(&spans));
    // Also where somebody reads what was there before.
    let (version, reading) = (Version::of(&spans), Arc::clone(&spans));
    Arc::make_mut(&mut spans).push(b"another");
    assert!(!version.is_of(&spans) && version.is_of(&reading));
    drop(reading);
    assert!(!version.is_of(&spans));
}
