use serde_json::Value;

use super::*;
use crate::{
    Config,
    ask::{get, post},
    store::Store,
};

/// A client and the server that shares its id, what the server caused, and a span beside them.
const SPANS: &str = r#"[
    {"traceId":"a","id":"1","timestamp":1000000},
    {"traceId":"a","id":"2","parentId":"1","kind":"CLIENT","timestamp":1000001},
    {"traceId":"a","id":"2","parentId":"1","kind":"SERVER","shared":true,"timestamp":1000002},
    {"traceId":"a","id":"3","parentId":"2","timestamp":1000003,"tags":{"k":"v"}},
    {"traceId":"a","id":"4","parentId":"3"},
    {"traceId":"a","id":"5","parentId":"1","timestamp":1000004}]"#;

async fn with_spans(spans: String) -> Collector {
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], spans).await.status, 202);
    collector
}

/// The last digits of the ids that came.
async fn came(collector: &Collector, span: &str) -> Vec<String> {
    let answer = get(collector, &format!("/traces/a/spans/{span}/caused.json")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "application/json")
    );
    let spans: Vec<Value> = serde_json::from_slice(&answer.body).unwrap();
    let id = |span: &Value| span["id"].as_str().unwrap().trim_start_matches('0').to_owned();
    spans.iter().map(id).collect()
}

#[tokio::test]
async fn a_span_comes_with_all_that_it_caused() {
    let collector = with_spans(SPANS.to_owned()).await;
    assert_eq!(came(&collector, "2").await, ["2", "2", "3", "4"]);
    assert_eq!(came(&collector, "4").await, ["4"]);
    let mut all = came(&collector, "1").await;
    all.sort();
    assert_eq!(all, ["1", "2", "2", "3", "4", "5"]);
    // As they came: the format of a batch, tags with it.
    let text = get(&collector, "/traces/a/spans/3/caused.json").await.text();
    assert!(text.contains(r#""tags":{"k":"v"}"#), "{text}");
    let again = Collector::new(&Config::default());
    assert_eq!(post(&again, &[], text).await.status, 202);
    assert_eq!(came(&again, "3").await, ["3", "4"]);
}

#[tokio::test]
async fn a_span_that_is_not_there_is_said() {
    let collector = with_spans(SPANS.to_owned()).await;
    for (path, status, said) in [
        ("a/spans/9", 404, "no span 0000000000000009 in 000000000000000a"),
        ("b/spans/1", 404, "000000000000000b not found"),
        ("a/spans/x", 400, "x should be lower-hex encoded with no prefix"),
        ("x/spans/1", 400, "x should be lower-hex encoded with no prefix"),
    ] {
        let answer = get(&collector, &format!("/traces/{path}/caused.json")).await;
        assert_eq!(answer.said(), (status, said.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_large_part_comes_in_pieces_and_others_stay_out() {
    let span = |id: u64| {
        let parent = if id == 1 {
            String::new()
        } else {
            format!(r#""parentId":"{}","#, 1 + id % 2)
        };
        format!(
            r#"{{"traceId":"a",{parent}"id":"{id:x}","timestamp":{},"name":"{id:0300}"}}"#,
            1_000_000 + id
        )
    };
    let spans: Vec<String> = (1..=6_000).map(span).collect();
    let collector = with_spans(format!("[{}]", spans.join(","))).await;
    // Odd ids are below 2, which is below 1 as all even ids are.
    let came = came(&collector, "2").await;
    assert_eq!(came.len(), 3_000, "{:?}", came.first());
    assert_eq!(
        (came[0].as_str(), came[1].as_str(), came[2_999].as_str()),
        ("2", "3", "176f")
    );
}

#[test]
fn a_cycle_ends_and_its_spans_come_once() {
    let store = Store::new(&Config::default());
    let span = |id, parent| zipkin::Span {
        parent_id: Some(SpanId::new(parent)),
        ..zipkin::Span::new(TraceId::new(10), SpanId::new(id))
    };
    store.add(vec![span(1, 2), span(2, 1), span(3, 2), span(4, 9), span(5, 5)]);
    let below = |top| {
        let spans = store.trace(TraceId::new(10)).unwrap();
        let ids = ids(spans.read(), SpanId::new(top), &Asker::patient()).unwrap();
        ids.iter().map(|id| id.value()).collect::<Vec<_>>()
    };
    assert_eq!(below(1), [1, 2, 3]);
    assert_eq!(below(5), [5]);
    // 9 is a parent that nobody reported.
    assert_eq!(below(9), Vec::<u64>::new());
    let spans = store.trace(TraceId::new(10)).unwrap();
    assert!(ids(spans.read(), SpanId::new(1), &Asker::gone()).is_err());
}
