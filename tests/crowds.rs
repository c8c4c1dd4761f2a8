//! Crowds of connections at a process that may open few files: a client that asks is answered.

use std::{process::Command, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::harness::{Part, client};

const ROLES: [(&str, &str); 3] = [
    ("collector", "/api/v2/services"),
    ("gateway", "/nothing"),
    ("inventory", "/items?name=laptop"),
];

/// Half of the time after which a connection without a whole head is closed: who waits for the end of a crowd has waited longer.
const PATIENCE: Duration = Duration::from_millis(7_500);

/// A part that may open 64 files.
fn start(role: &str) -> Part {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -n 64 && exec \"$0\" \"$1\"",
            env!("CARGO_BIN_EXE_hop"),
            role,
        ])
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("OTEL_TRACES_EXPORTER", "none");
    Part::run(command)
}

async fn say(part: &Part, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(part.url.trim_start_matches("http://"))
        .await
        .unwrap();
    // It may be closed before it has said all.
    let _ = stream.write_all(bytes).await;
    stream
}

/// Asks as a client that has no connection yet.
async fn assert_answers(part: &Part, path: &str, statuses: &[u16]) {
    let answer = client().get(format!("{}{path}", part.url)).send();
    let answer = timeout(PATIENCE, answer).await;
    let answer = answer.unwrap_or_else(|_| panic!("{path}: no answer")).unwrap();
    assert!(
        statuses.contains(&answer.status().as_u16()),
        "{path}: {}",
        answer.status()
    );
}

#[tokio::test]
async fn a_hundred_half_heads_stop_no_part() {
    for (role, path) in ROLES {
        let part = start(role);
        let mut half = Vec::new();
        for _ in 0..100 {
            half.push(say(&part, b"GET / HTTP/1.1\r\nHost: a\r\nX-Half").await);
        }
        for _ in 0..5 {
            assert_answers(&part, "/health", &[200]).await;
            assert_answers(&part, path, &[200, 404]).await;
        }
    }
}

#[tokio::test]
async fn a_hundred_callers_that_stay_keep_nobody_out() {
    for (role, path) in ROLES {
        let part = start(role);
        let mut stayed = Vec::new();
        for _ in 0..100 {
            let mut stream = say(&part, b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await;
            let mut heard = [0; 1024];
            let read = stream.read(&mut heard);
            assert!(timeout(PATIENCE, read).await.unwrap().unwrap() > 0);
            stayed.push(stream);
        }
        assert_answers(&part, path, &[200, 404]).await;
    }
}

#[tokio::test]
async fn long_heads_are_refused_and_take_little() {
    let long = format!(
        "GET /health HTTP/1.1\r\nHost: a\r\nX-Long: {}",
        "a".repeat(384 << 10)
    );
    for (role, path) in ROLES {
        let part = start(role);
        let before = part.resident_kb();
        let mut crowd = Vec::new();
        for _ in 0..200 {
            crowd.push(say(&part, long.as_bytes()).await);
        }
        assert_answers(&part, path, &[200, 404]).await;
        if let (Some(before), Some(after)) = (before, part.resident_kb()) {
            assert!(
                after < before + (16 << 10),
                "{role}: {before} kB became {after} kB"
            );
        }
    }
}

#[tokio::test]
async fn half_bodies_leave_health_its_place() {
    let part = start("collector");
    let half = b"POST /api/v2/spans HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n[";
    let mut crowd = Vec::new();
    for _ in 0..60 {
        crowd.push(say(&part, half).await);
    }
    for _ in 0..5 {
        assert_answers(&part, "/health", &[200]).await;
        assert_answers(&part, "/api/v2/services", &[503]).await;
    }
}
