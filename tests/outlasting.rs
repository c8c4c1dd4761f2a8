//! Spans that outlast the collector (DATA_DIR): whatever it was doing when it was killed, what it said it took is there.

use std::{env, fs, path::PathBuf, process, time::Duration};

use axum::http::StatusCode;
use serde_json::Value;
use tokio::{task::JoinSet, time};

use crate::harness::{Part, client};

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn accepted_spans_are_there_after_kill_9() {
    let folder = Folder(env::temp_dir().join(format!("three-hops-outlasting-{}", process::id())));
    let environment = [("DATA_DIR", folder.0.to_str().unwrap())];
    let mut accepted = Vec::new();
    for round in 1..=3_u64 {
        let mut collector = Part::start("collector", &environment);
        let mut senders = JoinSet::new();
        for sender in 1..=4 {
            senders.spawn(send_until_refused(
                collector.url.clone(),
                (round << 40) | (sender << 32),
            ));
        }
        time::sleep(Duration::from_millis(300 + 50 * round)).await;
        collector.kill();
        accepted.extend(senders.join_all().await.concat());
    }
    assert!(accepted.len() > 30, "{} traces were accepted", accepted.len());
    let collector = Part::start("collector", &environment);
    for traces in accepted.chunks(100) {
        let ids: Vec<String> = traces.iter().map(|trace| format!("{trace:x}")).collect();
        let path = format!("{}/api/v2/traceMany?traceIds={}", collector.url, ids.join(","));
        let found: Vec<Value> = client().get(path).send().await.unwrap().json().await.unwrap();
        assert_eq!(found.len(), traces.len(), "{ids:?} were accepted");
    }
}

/// Batches of ten traces, one after the other, from this trace id on; the ids of those that were accepted.
async fn send_until_refused(collector: String, first: u64) -> Vec<u64> {
    let client = client();
    let mut accepted = Vec::new();
    for batch in (first + 1..).step_by(10) {
        let traces: Vec<u64> = (batch..batch + 10).collect();
        let spans = traces
            .iter()
            .map(|trace| format!(r#"{{"traceId":"{trace:x}","id":"1","name":"get"}}"#));
        let json = format!("[{}]", spans.collect::<Vec<_>>().join(","));
        let sent = client
            .post(format!("{collector}/api/v2/spans"))
            .body(json)
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status() == StatusCode::ACCEPTED => accepted.extend(traces),
            _ => break,
        }
    }
    accepted
}
