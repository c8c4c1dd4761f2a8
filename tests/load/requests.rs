//! `hop load` with methods, headers and bodies, against servers of the test's own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use axum::Router;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    process::Command,
    sync::Mutex,
};

use super::load;
use crate::harness::{hop, serve};

#[tokio::test]
async fn method_headers_and_body_arrive_as_they_are_given() {
    let heard: Heard = Arc::default();
    let url = hearing(&heard).await;
    let with = |more: &[&'static str]| {
        let all = ["--url", &url, "--rate", "20", "--duration", "200ms", "/a"];
        let all: Vec<String> = [&all[..], more].concat().into_iter().map(str::to_owned).collect();
        async move { load(&all.iter().map(String::as_str).collect::<Vec<_>>()).await }
    };
    let file = std::env::temp_dir().join(format!("hop-load-{}", std::process::id()));
    std::fs::write(&file, [0, 159, 146, 150]).unwrap();
    let file: &'static str = Box::leak(file.to_str().unwrap().to_owned().into_boxed_str());
    for (arguments, method, header, body) in [
        (&[][..], "GET", ("userid", "terry"), &b""[..]),
        (
            &["--body", "{order}"],
            "POST",
            ("content-length", "7"),
            b"{order}",
        ),
        (
            &["--method", "patch", "--body-file", file],
            "PATCH",
            ("userid", "terry"),
            &[0, 159, 146, 150],
        ),
        (
            &["--method", "DELETE", "-H", "userid: kim"],
            "DELETE",
            ("userid", "kim"),
            b"",
        ),
        (
            &["-H", "x-a: 1", "-H", "host: shop"],
            "GET",
            ("host", "shop"),
            b"",
        ),
        (&["--method", "HEAD", "-H", "x-a: 1"], "HEAD", ("x-a", "1"), b""),
    ] {
        let (said, code) = with(&[&["--no-spans", "--users", "terry"], arguments].concat()).await;
        assert_eq!((said["succeeded"].as_u64(), code), (Some(4), Some(0)), "{said}");
        for (head, got) in heard.lock().await.drain(..) {
            let value = head.headers.get(header.0).map(|value| value.to_str().unwrap());
            assert_eq!(
                (head.method.as_str(), value),
                (method, Some(header.1)),
                "{arguments:?}"
            );
            assert_eq!(got, body, "{arguments:?}");
            assert!(!head.headers.contains_key("traceparent"), "{arguments:?}");
        }
    }
    std::fs::remove_file(file).unwrap();
}

type Heard = Arc<Mutex<Vec<(axum::http::request::Parts, Vec<u8>)>>>;

/// A server that keeps all that it is asked.
async fn hearing(heard: &Heard) -> String {
    let heard = Arc::clone(heard);
    let hear = move |request: axum::extract::Request| {
        let heard = Arc::clone(&heard);
        async move {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
            heard.lock().await.push((head, body.to_vec()));
        }
    };
    serve(Router::new().fallback(hear)).await
}

/// Ten requests, one after another.
const ON_ONE_CONNECTION: [&str; 7] = [
    "--no-spans",
    "--connections",
    "1",
    "--rate",
    "20",
    "--duration",
    "500ms",
];

#[tokio::test]
async fn only_what_may_be_done_twice_is_sent_again() {
    for (method, is_sent_again) in [("GET", true), ("PUT", true), ("POST", false), ("PATCH", false)] {
        let (url, read) = answering_once_a_connection().await;
        let (said, _) = load(&[&["--url", &url, "--method", method], &ON_ONE_CONNECTION[..]].concat()).await;
        let (succeeded, without) = (said["succeeded"].as_u64(), said["withoutTime"].as_u64());
        let read = read.load(Relaxed);
        if is_sent_again {
            assert_eq!((succeeded, without), (Some(10), Some(0)), "{said}");
            assert!(read > 10, "{method}: {read}");
        } else {
            assert_eq!(
                (succeeded, without, read),
                (Some(5), Some(5), 10),
                "{method}: {said}"
            );
            assert_eq!(said["timesUs"]["count"], 5);
        }
    }
}

/// A server that answers the first request of each connection and hangs up on the second, and the number that it read.
async fn answering_once_a_connection() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let read: Arc<AtomicUsize> = Arc::default();
    let counted = Arc::clone(&read);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut room = [0; 4_096];
                for is_answered in [true, false] {
                    if stream.read(&mut room).await.unwrap_or(0) == 0 {
                        return;
                    }
                    counted.fetch_add(1, Relaxed);
                    if is_answered {
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                        stream.write_all(answer).await.unwrap();
                    }
                }
            });
        }
    });
    (url, read)
}

#[tokio::test]
async fn percentiles_say_of_how_many_requests_they_are() {
    let (url, _) = answering_once_a_connection().await;
    let arguments = [&["load", "--url", &url], &ON_ONE_CONNECTION[..]].concat();
    let output = Command::from(hop(&arguments))
        .args(["--body", "x"])
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let all = text.lines().find(|line| line.starts_with("all ")).unwrap();
    assert_eq!(all.split_whitespace().nth(1), Some("5"), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("Percentiles are of 5 of 10 requests: 5 failed before there was an answer to time."),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}
