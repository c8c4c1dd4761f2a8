//! Stand-ins for the servers of `hop links`, as far as it uses them: Zipkin's search, and an index of Elasticsearch.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::harness::serve;

/// The number of spans that Zipkin reads from Elasticsearch for one answer.
const MOST_SPANS: usize = 10_000;

/// A Zipkin on Elasticsearch, with these traces.
#[derive(Clone, Default)]
pub struct Zipkin {
    pub traces: Arc<Vec<Vec<Value>>>,
    /// An answer with more traces fails, as it does in Zipkin 3.6.1 for what packs well.
    pub fails_above: Option<usize>,
    /// The number of traces in each answer.
    pub answers: Arc<Mutex<Vec<usize>>>,
}

impl Zipkin {
    pub async fn start(&self) -> String {
        let router = Router::new().route("/api/v2/traces", get(search));
        serve(router.with_state(self.clone())).await
    }
}

/// The traces with a span in the time asked for, newest first, whole, and no more than the two limits.
async fn search(State(zipkin): State<Zipkin>, RawQuery(query): RawQuery) -> (StatusCode, Json<Value>) {
    let query = query.unwrap();
    let number = |name: &str| -> u64 {
        let fields = query.split('&').filter_map(|field| field.split_once('='));
        let mut named = fields.filter(|(key, _)| *key == name);
        named.next().unwrap().1.parse().unwrap()
    };
    let (end, lookback, limit) = (number("endTs"), number("lookback"), number("limit"));
    if lookback == 0 {
        return (StatusCode::BAD_REQUEST, Json(json!("lookback <= 0")));
    }
    let within =
        |span: &Value| (end - lookback..=end).contains(&(span["timestamp"].as_u64().unwrap() / 1000));
    let mut found: Vec<&Vec<Value>> = zipkin
        .traces
        .iter()
        .filter(|trace| trace.iter().any(within))
        .collect();
    // As Elasticsearch sorts: by the spans that were found, not by the whole trace.
    let first = |trace: &[Value]| {
        let found = trace.iter().filter(|span| within(span));
        found
            .filter_map(|span| Some(span["timestamp"].as_u64()? / 1000))
            .min()
    };
    found.sort_by_key(|trace| std::cmp::Reverse(first(trace)));
    found.truncate(usize::try_from(limit).unwrap());
    zipkin.answers.lock().unwrap().push(found.len());
    if zipkin.fails_above.is_some_and(|most| found.len() > most) {
        return (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!("exceeds maxCapacity")),
        );
    }
    let mut room = MOST_SPANS;
    let cut = found.into_iter().map(|trace| {
        let kept: Vec<Value> = trace.iter().take(room).cloned().collect();
        room -= kept.len();
        kept
    });
    let cut: Vec<Vec<Value>> = cut.filter(|trace| !trace.is_empty()).collect();
    (StatusCode::OK, Json(json!(cut)))
}

/// The documents of each index, by id.
type Documents = BTreeMap<String, BTreeMap<String, Value>>;

/// An Elasticsearch with what was written to it.
#[derive(Clone, Default)]
pub struct Elasticsearch {
    pub documents: Arc<Mutex<Documents>>,
    /// The header that is asked for.
    pub authorization: Option<&'static str>,
    /// Nothing can be written.
    pub blocked: bool,
}

impl Elasticsearch {
    pub async fn start(&self) -> String {
        let router = Router::new()
            .route("/{index}/_search", get(ids))
            .route("/_bulk", post(bulk));
        serve(router.with_state(self.clone())).await
    }

    fn refuses(&self, headers: &HeaderMap) -> bool {
        let given = headers.get("authorization").map(|value| value.to_str().unwrap());
        self.authorization.is_some() && given != self.authorization
    }
}

async fn ids(
    State(elasticsearch): State<Elasticsearch>,
    Path(index): Path<String>,
    headers: HeaderMap,
) -> (StatusCode, Json<Value>) {
    if elasticsearch.refuses(&headers) {
        let error = json!({"error": {"reason": "missing authentication credentials"}});
        return (StatusCode::UNAUTHORIZED, Json(error));
    }
    let documents = elasticsearch.documents.lock().unwrap();
    let ids = documents.get(&index).into_iter().flatten();
    let hits: Vec<Value> = ids.map(|(id, _)| json!({"_id": id})).collect();
    (StatusCode::OK, Json(json!({"hits": {"hits": hits}})))
}

async fn bulk(State(elasticsearch): State<Elasticsearch>, headers: HeaderMap, body: String) -> Json<Value> {
    assert_eq!(headers.get("content-type").unwrap(), "application/x-ndjson");
    assert!(body.ends_with('\n'), "each line has an end");
    let mut documents = elasticsearch.documents.lock().unwrap();
    let mut lines = body
        .lines()
        .map(|line| -> Value { serde_json::from_str(line).unwrap() });
    let mut items = Vec::new();
    while let Some(action) = lines.next() {
        let (verb, at) = action.as_object().unwrap().iter().next().unwrap();
        let (index, id) = (at["_index"].as_str().unwrap(), at["_id"].as_str().unwrap());
        let document = (verb == "index").then(|| lines.next().unwrap());
        if elasticsearch.blocked {
            let error = json!({"type": "cluster_block_exception", "reason": "blocked by: [FORBIDDEN/8]"});
            items.push(json!({verb: {"status": 403, "error": error}}));
            continue;
        }
        let index = documents.entry(index.to_owned()).or_default();
        match document {
            Some(document) => index.insert(id.to_owned(), document),
            None => index.remove(id),
        };
        items.push(json!({verb: {"status": 200}}));
    }
    Json(json!({"items": items}))
}
