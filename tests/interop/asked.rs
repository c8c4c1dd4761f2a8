//! Requests to each peer in each format that it speaks, at each of its places.
#![expect(
    clippy::indexing_slicing,
    reason = "an answer of another shape should fail the test where it is read"
)]

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    chains::{Chains, Place},
    peer::Peer,
    trace,
};
use crate::harness::{Part, client};

const SPAN: &str = "a2fb4a1d1a96d312";

/// All that is asked of a peer in one format.
pub async fn every_place(peer: &Peer, format: &str) {
    let chains = Chains::start(peer, format, None);
    let has_debug = format != "w3c";
    for (at, place) in chains.places().iter().enumerate() {
        let denied_id = format!("463ac35c9f6413ad48485a3953bb612{at}");
        denied(&chains, place, format, &denied_id).await;
        if has_debug {
            debugged(&chains, place, peer, format, &format!("{SPAN:.15}{at}")).await;
        }
        // Each process has reported its later spans by now: those of the denied trace would be there too.
        accepted(&chains, place, peer, format).await;
        let url = format!("{}/api/v2/trace/{denied_id}", chains.collector.url);
        assert_eq!(
            client().get(url).send().await.unwrap().status(),
            404,
            "{}",
            place.name
        );
    }
    assert_eq!(
        chains.links().await,
        links(&chains, if has_debug { 2 } else { 1 })
    );
}

/// A trace from the first service to the last, and its values; gives its spans in line.
pub async fn accepted(chains: &Chains, place: &Place<'_>, peer: &Peer, format: &str) -> Vec<Value> {
    let user = format!("{}-{}", peer.text, place.name);
    place.call(&user, peer.text, &[]).await;
    let expected = place.line();
    let spans = trace::of_user(&chains.collector.url, &user, expected.len()).await;
    let line = trace::in_line(spans, &expected);
    assert!(line[0]["parentId"].is_null(), "{line:?}");
    let id = line[0]["traceId"].as_str().unwrap();
    assert_eq!(id.len(), if place.is_front { peer.digits } else { 32 });

    // The gateway itself knows the user: from outside comes the order.
    let has_user = peer.carries || place.is_front;
    values(&place.before, id, Some(&user), Some(peer.text));
    values(
        &place.after,
        id,
        has_user.then_some(&user),
        peer.carries.then_some(peer.text),
    );
    if peer.logs {
        trace::has_line(&chains.collector.url, id, peer.service, "asked for /").await;
    }
    if !place.is_front {
        what_the_peer_read(&received(chains, id), peer, format, &user);
    }
    line
}

/// Every line that these have written about a trace has these values, or none.
fn values(parts: &[&Part], trace_id: &str, user: Option<&str>, order: Option<&str>) {
    for mdc in parts.iter().flat_map(|part| mdc(part, trace_id)) {
        assert_eq!((mdc["userId"].as_str(), mdc["orderId"].as_str()), (user, order));
        assert_eq!(mdc["spanExportable"], "true");
    }
}

fn what_the_peer_read(fields: &[String], peer: &Peer, format: &str, user: &str) {
    let values = if peer.carries {
        [user, peer.text]
    } else {
        ["null"; 2]
    };
    assert_eq!([&*fields[1], &*fields[2]], values);
    let headers = fields.iter().map(|field| name(field));
    let context: Vec<_> = headers.filter(|name| is_context(name)).collect();
    let expected: &[&str] = match format {
        "w3c" => &["traceparent"],
        "b3" => &["b3"],
        _ => &["x-b3-parentspanid", "x-b3-sampled", "x-b3-spanid", "x-b3-traceid"],
    };
    assert_eq!(context, expected);
}

/// Nobody records, and the ids travel on.
async fn denied(chains: &Chains, place: &Place<'_>, format: &str, id: &str) {
    let context = match format {
        "w3c" => vec![("traceparent", format!("00-{id}-{SPAN}-00"))],
        "b3" => vec![("b3", format!("{id}-{SPAN}-0"))],
        _ => vec![
            ("x-b3-traceid", id.to_owned()),
            ("x-b3-spanid", SPAN.to_owned()),
            ("x-b3-sampled", "0".to_owned()),
        ],
    };
    place.call("terry", "8", &context).await;
    for part in place.before.iter().chain(&place.after) {
        for mdc in mdc(part, id) {
            assert_eq!(mdc["spanExportable"], "false", "{}", place.name);
        }
    }
    let fields = received(chains, id);
    let says_no = |field: &String| match name(field) {
        "x-b3-sampled" => field.ends_with(": 0"),
        "b3" => field.split('-').nth(2) == Some("0"),
        "traceparent" => field.ends_with("-00"),
        _ => false,
    };
    assert!(fields.iter().any(says_no), "{fields:?}");
}

/// Debug stays debug, and an id of 64 bits stays one trace.
async fn debugged(chains: &Chains, place: &Place<'_>, peer: &Peer, format: &str, id: &str) {
    let context = match format {
        "b3" => vec![("b3", format!("{id}-{SPAN}-d"))],
        _ => vec![
            ("x-b3-traceid", id.to_owned()),
            ("x-b3-spanid", SPAN.to_owned()),
            ("x-b3-flags", "1".to_owned()),
        ],
    };
    place.call("kim", "8", &context).await;
    let expected = place.line();
    let spans = trace::of_id(&chains.collector.url, id, expected.len()).await;
    let line = trace::in_line(spans, &expected);
    let mut after_peer = false;
    for span in &line {
        let service = &span["localEndpoint"]["serviceName"];
        after_peer |= *service == peer.service;
        if *service != peer.service {
            let is_debug = !after_peer || peer.keeps_debug;
            assert_eq!(span["debug"] == true, is_debug, "{}: {span}", place.name);
        }
    }
}

/// The peer's account of a request: path, user, order, then headers in order.
fn received(chains: &Chains, trace_id: &str) -> Vec<String> {
    let line = chains.peer.lines_with(trace_id, 1).remove(0);
    let mut fields: Vec<_> = line.split('\t').map(str::to_owned).collect();
    fields[3..].sort();
    fields
}

fn name(field: &str) -> &str {
    field.split(": ").next().unwrap()
}

fn is_context(header: &str) -> bool {
    header == "b3" || header == "traceparent" || header.starts_with("x-b3-")
}

/// The MDC of each line that one of ours has written about a trace.
pub fn mdc(part: &Part, trace_id: &str) -> Vec<Value> {
    let lines = part.lines_with(trace_id, 1);
    let parsed = lines
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    parsed.map(|mut line| line["mdc"].take()).collect()
}

/// The links of so many requests at each place, as [`Chains::links`] gives them.
pub fn links(chains: &Chains, each: usize) -> Vec<String> {
    let mut counts = BTreeMap::new();
    for place in chains.places() {
        for pair in place.hops.windows(2) {
            *counts.entry(pair.join(" ")).or_insert(0) += each;
        }
    }
    counts
        .iter()
        .map(|(pair, count)| format!("{pair} {count}"))
        .collect()
}
