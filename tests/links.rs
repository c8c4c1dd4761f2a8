//! `hop links`: a day's links, each call counted once, where a Zipkin on Elasticsearch reads them.

use std::{
    process::{Output, Stdio},
    sync::Arc,
};

use axum::{Router, http::StatusCode};
use serde_json::{Value, json};

#[cfg(unix)]
use crate::harness::until;
use crate::harness::{free_port, hop, serve};
use stand_ins::{Elasticsearch, Zipkin};

/// A Zipkin and an Elasticsearch of the test's own.
mod stand_ins;

const DAY: &str = "2026-11-20";
const MIDNIGHT: u64 = 1_795_132_800_000_000;
const HOUR: u64 = 3_600_000_000;
const INDEX: &str = "zipkin-dependency-2026-11-20";

/// The gateway calls orders, which answers after so long. Every tenth call fails.
fn trace(number: u64, start: u64, duration: u64) -> Vec<Value> {
    let span = |id: u64, parent: Option<&str>, kind: &str, service: &str, timestamp: u64| {
        let tags = match service {
            "orders" if number.is_multiple_of(10) => json!({"error": "500"}),
            _ => json!({}),
        };
        json!({
            "traceId": format!("{number:032x}"), "id": format!("{id:016x}"), "parentId": parent, "kind": kind,
            "timestamp": timestamp, "localEndpoint": {"serviceName": service}, "tags": tags
        })
    };
    vec![
        span(3, Some("0000000000000002"), "SERVER", "orders", start + duration),
        span(2, Some("0000000000000001"), "CLIENT", "gateway", start + 1),
        span(1, None, "SERVER", "gateway", start),
    ]
}

/// 1,500 traces within a second, and one every fifteen minutes for the ten hours before. Each of these takes four hours
/// and is found in more than one window. Two more belong to the days around.
fn busy_day() -> Vec<Vec<Value>> {
    let burst = (1..=1500).map(|number| trace(number, MIDNIGHT + 10 * HOUR + number * 600, 5_000));
    let steady = (0..40).map(|number| trace(5000 + number, MIDNIGHT + number * HOUR / 4, 4 * HOUR));
    let outside = [MIDNIGHT - 1_000_000, MIDNIGHT + 24 * HOUR].map(|start| trace(9001, start, 1000));
    burst.chain(steady).chain(outside).collect()
}

fn busy_links() -> Value {
    json!({"gateway|orders": {"parent": "gateway", "child": "orders", "callCount": 1540, "errorCount": 154}})
}

async fn links(zipkin: &str, hosts: &str, more: &[&str]) -> (Output, String) {
    let mut hop = hop(&["links", "--zipkin-url", zipkin, "--es-hosts", hosts]);
    hop.args(more).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || hop.output().unwrap());
    let output = output.await.unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output, text)
}

#[tokio::test]
async fn a_call_is_counted_once_and_a_second_run_replaces_the_first() {
    for (fails_above, runs) in [(None, 1), (Some(200), 2)] {
        let zipkin = Zipkin {
            traces: Arc::new(busy_day()),
            fails_above,
            ..Zipkin::default()
        };
        let elasticsearch = Elasticsearch::default();
        let stale = json!({"parent": "gateway", "child": "alias", "callCount": 1});
        elasticsearch
            .documents
            .lock()
            .unwrap()
            .entry(INDEX.into())
            .or_default()
            .insert("gateway|alias".into(), stale);
        let (from, to) = (zipkin.start().await, elasticsearch.start().await);
        for removed in [", 1 of an earlier run removed", ""].into_iter().take(runs) {
            let (output, text) = links(&from, &to, &["--day", DAY]).await;
            assert_eq!(output.status.code(), Some(0), "{text}");
            assert_eq!(
                text,
                format!("{DAY}: 1,540 traces, 1 link written to {to}/{INDEX}{removed}\n")
            );
            assert_eq!(
                json!(elasticsearch.documents.lock().unwrap()[INDEX]),
                busy_links()
            );
        }
        let answers = zipkin.answers.lock().unwrap();
        let refused = answers
            .iter()
            .filter(|&&traces| traces > fails_above.unwrap_or(999));
        assert!(refused.count() > 0, "some answers had no room for all");
    }
}

#[tokio::test]
async fn nothing_is_written_without_traces_or_when_only_asked() {
    let elasticsearch = Elasticsearch::default();
    let to = elasticsearch.start().await;
    let empty = Zipkin::default().start().await;
    let (output, text) = links(&empty, &to, &["--day", DAY]).await;
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert_eq!(text, format!("{DAY}: 0 traces, 0 links, nothing changed\n"));

    let traces = Arc::new(vec![trace(10, MIDNIGHT, 1000)]);
    let zipkin = Zipkin {
        traces,
        ..Zipkin::default()
    };
    let zipkin = zipkin.start().await;
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let (_, text) = links(&zipkin, &nobody, &["--day", DAY, "--dry-run"]).await;
    let shown =
        format!("gateway → orders: 1 call, 1 failed\n{DAY}: 1 trace, 1 link, not written (--dry-run)\n");
    assert_eq!(text, shown);
    let (_, text) = links(&zipkin, &nobody, &["--day", DAY, "--dry-run", "--json"]).await;
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["links"], json!([busy_links_of(1)]));
    assert!(elasticsearch.documents.lock().unwrap().is_empty());
}

fn busy_links_of(calls: u64) -> Value {
    json!({"parent": "gateway", "child": "orders", "callCount": calls, "errorCount": 1})
}

#[tokio::test]
async fn a_failure_names_its_cause_and_the_next_step() {
    let traces = Arc::new(vec![trace(10, MIDNIGHT, 1000)]);
    let zipkin = Zipkin {
        traces,
        ..Zipkin::default()
    };
    let zipkin = zipkin.start().await;
    let stuck = Zipkin {
        traces: Arc::new(vec![trace(10, MIDNIGHT, 1000)]),
        fails_above: Some(0),
        ..Zipkin::default()
    };
    let stuck = stuck.start().await;
    let broken = async || (StatusCode::INTERNAL_SERVER_ERROR, "no living connections");
    let broken = serve(Router::new().fallback(broken)).await;
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let open = Elasticsearch::default().start().await;
    let closed = Elasticsearch {
        authorization: Some("Basic emlwa2luOnNlY3JldA=="), // zipkin:secret
        ..Elasticsearch::default()
    };
    let closed = closed.start().await;
    let blocked = Elasticsearch {
        blocked: true,
        ..Elasticsearch::default()
    };
    let blocked = blocked.start().await;
    let user = ["--es-username", "zipkin", "--es-password", "secret"];
    for (from, to, more, code, said) in [
        (&nobody, &open, &[] as &[&str], 1, "is it running?"),
        (&zipkin, &nobody, &[], 1, "ES_HOSTS"),
        (&zipkin, &closed, &[], 1, "ES_USERNAME and ES_PASSWORD"),
        (&zipkin, &closed, &user, 0, "1 link written"),
        (&zipkin, &format!("{nobody},{open}"), &[], 0, "1 link written"),
        (&zipkin, &blocked, &[], 1, "index.blocks.write"),
        (&broken, &open, &[], 1, "no living connections"),
        (&stuck, &open, &[], 0, "calls may be missing"),
        (&open, &open, &[], 1, "404"), // no Zipkin
        (&zipkin, &open, &["--every", "1"], 2, "90s, 15m or 1h"),
        (&zipkin, &open, &["--yesterday"], 2, "cannot be used with"),
        (&zipkin, &open, &["--index", "Zipkin"], 2, "lower case"),
    ] {
        let (output, text) = links(from, to, &[&["--day", DAY], more].concat()).await;
        assert_eq!(output.status.code(), Some(code), "{more:?}: {text}");
        assert!(text.contains(said), "{said} in: {text}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn again_and_again_until_sigterm() {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let today = u64::try_from(now.as_micros()).unwrap();
    let zipkin = Zipkin {
        traces: Arc::new(vec![trace(10, today, 1000)]),
        ..Zipkin::default()
    };
    let elasticsearch = Elasticsearch::default();
    let (from, to) = (zipkin.start().await, elasticsearch.start().await);
    let written = || elasticsearch.documents.lock().unwrap().len();
    // The second waits for an hour, which the stop does not.
    for (every, passes) in [("1s", 2), ("1h", 1)] {
        let mut hop = hop(&[
            "links",
            "--zipkin-url",
            &from,
            "--es-hosts",
            &to,
            "--every",
            every,
        ]);
        let mut running = hop.stdout(Stdio::null()).spawn().unwrap();
        for _ in 0..passes {
            until("a pass", || (written() == 1).then_some(()));
            elasticsearch.documents.lock().unwrap().clear();
        }
        let kill = std::process::Command::new("kill")
            .arg(running.id().to_string())
            .status();
        assert!(kill.unwrap().success());
        assert!(until("its end", || running.try_wait().unwrap()).success());
        elasticsearch.documents.lock().unwrap().clear();
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_terminal_ends_a_job_unless_nohup_says_otherwise() {
    let zipkin = Zipkin::default().start().await;
    // These tests may run under `nohup` themselves, and no shell undoes that.
    let hang_up = std::process::Command::new("sh")
        .args(["-c", "kill -HUP $$"])
        .status();
    let is_heard = !hang_up.unwrap().success();
    for (prefix, ends) in [("", is_heard), ("trap '' HUP; ", false)] {
        let mut hop = std::process::Command::new("sh");
        let script = format!("{prefix}exec \"$0\" links --dry-run --every 1h --zipkin-url {zipkin}");
        hop.args(["-c", &script, env!("CARGO_BIN_EXE_hop")]);
        let mut running = hop.stdout(Stdio::piped()).spawn().unwrap();
        // Its first pass has said what it found.
        let mut said = [0];
        std::io::Read::read_exact(running.stdout.as_mut().unwrap(), &mut said).unwrap();
        let kill = std::process::Command::new("kill")
            .args(["-HUP", &running.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(running.try_wait().unwrap().is_some(), ends, "{prefix}");
        // It may have ended.
        let _ = running.kill();
        running.wait().unwrap();
    }
}
