use std::io::Write as _;

use axum::http::Method;
use flate2::{Compression, write::GzEncoder};

use crate::{
    Collector, Config,
    ask::{get, post, send},
    intake::MEMORY_BYTES,
};

const SPAN: &str = r#"[{"traceId":"1","id":"1"}]"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn batches_are_unpacked_where_they_say_so() {
    let span = br#"[{"traceId":"1","id":"1"}]"#;
    let packed = gzip(span);
    let truncated = packed[..packed.len() - 4].to_vec();
    let followed = [packed.as_slice(), b"junk"].concat();
    for (coding, body, status, text) in [
        ("identity", span.to_vec(), 202, ""),
        ("br", span.to_vec(), 202, ""),
        ("gzip", packed.clone(), 202, ""),
        ("x-gzip", packed.clone(), 202, ""),
        // As in Zipkin: an end that is missing or followed by more does not matter.
        ("gzip", truncated, 202, ""),
        ("gzip", followed, 202, ""),
        ("gzip", Vec::new(), 202, ""),
        // Not as in Zipkin, which says 400: reporters with nothing to send send nothing packed.
        ("gzip", gzip(b""), 202, ""),
        ("gzip", span.to_vec(), 400, "Cannot gunzip spans"),
        ("GZIP", packed.clone(), 400, "Expected a JSON_V2 encoded list\n"),
        ("identity", packed, 400, "Expected a JSON_V2 encoded list\n"),
    ] {
        let collector = Collector::new(&Config::default());
        let answer = post(&collector, &[&format!("content-encoding: {coding}")], body).await;
        assert_eq!(answer.said(), (status, text.to_owned()), "{coding}");
        assert_eq!(answer.header("content-type").is_empty(), status == 202);
    }
}

/// As gzip's own `cat a.gz b.gz`: <https://www.rfc-editor.org/rfc/rfc1952#section-2.2>.
#[tokio::test]
async fn all_members_of_a_gzip_body_are_read() {
    let large = format!("[{}{}", " ".repeat(1 << 20), &SPAN[1..]);
    for text in [SPAN.as_bytes(), large.as_bytes()] {
        let (half, rest) = text.split_at(text.len() / 2);
        let halves = [gzip(half), gzip(rest)].concat();
        for members in [
            [gzip(b""), gzip(text)].concat(),
            [gzip(text), gzip(b"")].concat(),
            [halves.as_slice(), b"junk"].concat(),
            [halves.as_slice(), &[0; 512]].concat(),
            text.chunks(text.len() / 20).flat_map(gzip).collect(),
        ] {
            let collector = Collector::new(&Config::default());
            let answer = post(&collector, &["content-encoding: gzip"], members).await;
            assert_eq!(answer.said(), (202, String::new()));
            assert_eq!(get(&collector, "/api/v2/trace/1").await.status, 200);
        }
        // Wherever the second one is cut off, its end too: the list may look whole without it.
        let first = [gzip(text), gzip(half)].concat();
        let from = gzip(text).len() + 1;
        for end in (from..first.len()).step_by((first.len() - from) / 20) {
            let collector = Collector::new(&Config::default());
            let answer = post(&collector, &["content-encoding: gzip"], first[..end].to_vec()).await;
            assert_eq!(answer.said(), (400, "Cannot gunzip spans".to_owned()), "{end}");
        }
    }
}

#[tokio::test]
async fn the_members_of_a_gzip_body_are_bounded_together() {
    let collector = Collector::new(&Config::default());
    let most = format!("[{}]", " ".repeat((10 << 20) - 2)).into_bytes();
    let (half, rest) = most.split_at(most.len() / 2);
    for (members, status) in [
        ([gzip(half), gzip(rest)].concat(), 202),
        ([gzip(half), gzip(b" "), gzip(rest)].concat(), 413),
        ([gzip(&most), gzip(b"").repeat(1_000)].concat(), 202),
    ] {
        let answer = post(&collector, &["content-encoding: gzip"], members).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn one_bad_span_refuses_the_whole_batch() {
    let collector = Collector::new(&Config::default());
    let answer = post(&collector, &[], r#"[{"traceId":"1","id":"1"},{"traceId":"1"}]"#).await;
    assert_eq!(answer.status, 400);
    assert_eq!(collector.spans_received(), 0);
    assert_eq!(get(&collector, "/api/v2/trace/1").await.status, 404);
}

#[tokio::test]
async fn too_many_bytes_are_refused_on_the_wire_and_unpacked() {
    let collector = Collector::new(&Config::default());
    let list_of = |bytes: usize| format!("[{}]", " ".repeat(bytes - 2)).into_bytes();
    let most = 10 << 20;
    for (coding, body, status) in [
        ("identity", list_of(most), 202),
        ("identity", list_of(most + 1), 413),
        ("gzip", gzip(&list_of(most)), 202),
        ("gzip", gzip(&list_of(most + 1)), 413),
        // 1,000 to one, and stopped after ten.
        ("gzip", gzip(&vec![b'['; 100 << 20]), 413),
    ] {
        let bytes = body.len();
        let answer = post(&collector, &[&format!("content-encoding: {coding}")], body).await;
        assert_eq!(answer.status, status, "{bytes} {coding}");
        if status == 413 {
            assert_eq!(answer.text(), "413 Request Entity Too Large");
        }
    }
}

#[tokio::test]
async fn the_type_says_the_format_and_the_path_the_version() {
    let proto3 = b"\x0a\x06\x0a\x01\x01\x1a\x01\x02".as_slice();
    let json_v1 = br#"[{"traceId":"1","id":"2","annotations":[]}]"#.as_slice();
    let json_v2 = br#"[{"traceId":"1","id":"2","tags":{}}]"#.as_slice();
    for (path, content_type, body, status, text) in [
        ("v2", "application/x-protobuf", proto3, 202, ""),
        ("v2", "Application/X-Protobuf; a=b", proto3, 202, ""),
        ("v2", "text/plain", json_v2, 202, ""),
        ("v2", "application/x-thrift", json_v2, 202, ""),
        (
            "v2",
            "application/json",
            proto3,
            400,
            "Malformed reading List<Span> from json",
        ),
        (
            "v2",
            "application/x-protobuf",
            b"{}",
            400,
            "Expected a PROTO3 encoded list\n",
        ),
        (
            "v2",
            "application/x-protobuf",
            &proto3[..5],
            400,
            "Truncated: length 6 > bytes available 3 reading List<Span> from proto3",
        ),
        ("v1", "application/json", json_v1, 202, ""),
        ("v1", "application/x-protobuf", json_v1, 202, ""),
        (
            "v1",
            "application/json",
            json_v2,
            400,
            "Expected a JSON_V1 encoded list, but received: JSON_V2\n",
        ),
        (
            "v1",
            "application/x-thrift",
            b"\x0c",
            415,
            "thrift is not read here: send JSON or protobuf to /api/v2/spans, or JSON to /api/v1/spans",
        ),
    ] {
        let collector = Collector::new(&Config::default());
        let header = format!("content-type: {content_type}");
        let path = format!("/api/{path}/spans");
        let answer = send(&collector, (Method::POST, &path), &[&header], body.to_vec()).await;
        assert_eq!(answer.said(), (status, text.to_owned()), "{path} {content_type}");
        let found = get(&collector, "/api/v2/trace/1").await.status;
        assert_eq!(
            found.as_u16(),
            if status == 202 { 200 } else { 404 },
            "{path} {content_type}"
        );
    }
}

#[tokio::test]
async fn a_batch_without_room_is_told_to_come_again() {
    let collector = Collector::new(&Config::default());
    let mut reservation = collector.intake().reservation();
    reservation.grow(MEMORY_BYTES - 10).unwrap();
    let answer = post(&collector, &[], SPAN).await;
    assert_eq!(
        answer.said(),
        (
            503,
            "too many spans at once: send the batch again in a second".into()
        )
    );
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(get(&collector, "/health").await.status, 200);
    drop(reservation);
    assert_eq!(post(&collector, &[], SPAN).await.status, 202);
    assert_eq!(collector.spans_received(), 1);
}
