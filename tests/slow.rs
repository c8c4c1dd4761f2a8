//! Callers of the collector that do not say what they came to say: they hold up nobody, least of all its stop.

use std::time::{Duration, Instant};

use collector::{Collector, Config};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

const HALF_A_HEAD: &[u8] = b"GET /health HTTP/1.1\r\nHost: a\r\nX-Half";
const HALF_A_BODY: &[u8] = b"POST /api/v2/spans HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n[";
const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

/// A collector of this process.
struct Running {
    stream: TcpStream,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts it and connects.
    async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap() };
        let task = tokio::spawn(async move {
            collector::serve(Collector::new(&config), listener, shutdown)
                .await
                .unwrap();
        });
        let stream = TcpStream::connect(address).await.unwrap();
        Self { stream, stop, task }
    }

    /// Sends some bytes and lets them arrive.
    async fn say(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        sleep(Duration::from_millis(100)).await;
    }

    /// Tells it to stop; what came until the connection was closed, and how long the stop took.
    async fn stop(mut self, last_words: &[u8]) -> (String, Duration) {
        let told = Instant::now();
        self.stop.send(()).unwrap();
        sleep(Duration::from_millis(100)).await;
        // It may have hung up.
        let _ = self.stream.write_all(last_words).await;
        self.task.await.unwrap();
        let took = told.elapsed();
        let mut heard = String::new();
        // A connection that was cut may end in an error.
        let _ = self.stream.read_to_string(&mut heard).await;
        (heard, took)
    }

    /// The bytes that came until the connection was closed.
    async fn heard(mut self) -> String {
        let mut heard = String::new();
        let all = self.stream.read_to_string(&mut heard);
        timeout(Duration::from_secs(10), all).await.unwrap().unwrap();
        heard
    }
}

#[tokio::test]
async fn half_a_head_does_not_hold_the_stop() {
    for before in [b"".as_slice(), HEALTH] {
        let mut running = Running::start(Config::default()).await;
        running.say(before).await;
        running.say(HALF_A_HEAD).await;
        let (_, took) = running.stop(b"").await;
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
}

#[tokio::test]
async fn half_a_body_gets_a_second_and_then_an_answer() {
    let mut running = Running::start(Config::default()).await;
    running.say(HALF_A_BODY).await;
    let (heard, took) = running.stop(b"").await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(heard.starts_with("HTTP/1.1 503 "), "{heard}");
    assert!(heard.contains("retry-after: 1\r\n"), "{heard}");
}

#[tokio::test]
async fn a_body_that_comes_whole_during_the_stop_is_taken() {
    let mut running = Running::start(Config::default()).await;
    running.say(HALF_A_BODY).await;
    let (heard, _) = running.stop(b"]").await;
    assert!(heard.starts_with("HTTP/1.1 202 "), "{heard}");
}

#[tokio::test]
async fn a_body_that_does_not_come_costs_one_requests_time() {
    let mut running = Running::start(Config {
        query_timeout: "300ms".parse().unwrap(),
        ..Config::default()
    })
    .await;
    running.say(HALF_A_BODY).await;
    let heard = running.heard().await;
    assert!(heard.starts_with("HTTP/1.1 408 "), "{heard}");
}
