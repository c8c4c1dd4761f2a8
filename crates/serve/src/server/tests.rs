use std::time::{Duration, Instant};

use axum::{
    Extension,
    body::Body,
    http::{StatusCode, header},
    routing::get,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::*;

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
const HALF_A_HEAD: &[u8] = b"GET /health HTTP/1.1\r\nHost: a\r\nX-Half";
const ENDLESS: &[u8] = b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n";
const LARGE: &[u8] = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<usize>,
}

impl Running {
    async fn start(places: usize) -> Self {
        Self::with_head(places, Duration::from_secs(10)).await
    }

    async fn with_head(places: usize, head: Duration) -> Self {
        let limits = Limits {
            places,
            spare: 2,
            head,
            write: Duration::from_millis(200),
        };
        let router = Router::new()
            .route("/health", get(async || "UP"))
            .route("/endless", get(async || std::future::pending::<()>().await))
            .route(
                "/peer",
                get(async |Extension(peer): Extension<SocketAddr>| peer.to_string()),
            )
            .route("/large", get(async || Body::from(vec![b'a'; 64 << 20])));
        let refusal = async || (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]);
        let mut server = Server::new(router, Router::new().fallback(refusal), limits)
            .introducing(|ends, extensions| _ = extensions.insert(ends.peer));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            tokio::select! {
                () = server.accept_all(&listener) => {}
                _ = stopped => {}
            }
            let _ = timeout(Duration::from_secs(1), server.finish()).await;
            server.cut_off().await
        });
        Self { address, stop, task }
    }

    /// A connection on which this was said.
    async fn say(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// The first line of the answer to a client that has no connection yet.
    async fn answer(&self, request: &[u8]) -> String {
        let mut stream = self.say(request).await;
        first_line(&mut stream).await
    }
}

#[tokio::test]
async fn a_client_that_speaks_http_2_is_noticed_at_either_listener() {
    let router = Router::new().route("/health", get(async || "UP"));
    let (noticed, mut notices) = tokio::sync::mpsc::unbounded_channel();
    let mut server = Server::new(router, Router::new(), Limits::new(8, 1)).when_http2(move |local| {
        noticed.send(local).unwrap();
    });
    let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let second = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [&first, &second].map(|listener| listener.local_addr().unwrap());
    let task = tokio::spawn(async move { server.accept_both(&first, Some(&second)).await });
    for address in addresses {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(HEALTH).await.unwrap();
        assert_eq!(first_line(&mut stream).await, "HTTP/1.1 200 OK");
        // In the middle of a connection it is a mistake, and no beginning.
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\n").await.unwrap();
        let mut other = TcpStream::connect(address).await.unwrap();
        other
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await
            .unwrap();
        let noticed = timeout(Duration::from_secs(5), notices.recv()).await.unwrap();
        assert_eq!(noticed, Some(address));
        // It is cut off.
        let mut heard = Vec::new();
        let _ = timeout(Duration::from_secs(5), other.read_to_end(&mut heard))
            .await
            .unwrap();
    }
    assert!(notices.try_recv().is_err());
    task.abort();
}

async fn first_line(stream: &mut TcpStream) -> String {
    let mut heard = [0; 1024];
    let count = timeout(Duration::from_secs(1), stream.read(&mut heard)).await;
    let heard = String::from_utf8_lossy(&heard[..count.expect("no answer in a second").unwrap()]);
    heard.lines().next().unwrap_or_default().to_owned()
}

/// Whether the server has hung up.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let end = timeout(Duration::from_millis(50), stream.read(&mut [0; 1024])).await;
    matches!(end, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn idle_connections_and_half_heads_make_room() {
    let running = Running::start(4).await;
    let mut idle = Vec::new();
    for number in 0..100 {
        idle.push(running.say(if number % 2 == 0 { b"" } else { HALF_A_HEAD }).await);
    }
    for _ in 0..10 {
        assert_eq!(running.answer(HEALTH).await, "HTTP/1.1 200 OK");
    }
    assert!(is_closed(&mut idle[0]).await && is_closed(&mut idle[1]).await);
}

#[tokio::test]
async fn clients_that_keep_their_connections_make_room() {
    let running = Running::start(4).await;
    let mut kept = Vec::new();
    for _ in 0..20 {
        let mut stream = running.say(HEALTH).await;
        assert_eq!(first_line(&mut stream).await, "HTTP/1.1 200 OK");
        kept.push(stream);
    }
    assert!(is_closed(&mut kept[0]).await);
    let mut latest = kept.pop().unwrap();
    latest.write_all(HEALTH).await.unwrap();
    assert_eq!(first_line(&mut latest).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn health_is_answered_when_all_places_are_busy() {
    let running = Running::start(3).await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        busy.push(running.say(ENDLESS).await);
    }
    // Idle ones beyond them make room, too.
    for _ in 0..10 {
        busy.push(running.say(HALF_A_HEAD).await);
    }
    for _ in 0..10 {
        assert_eq!(running.answer(HEALTH).await, "HTTP/1.1 200 OK");
        assert_eq!(running.answer(LARGE).await, "HTTP/1.1 503 Service Unavailable");
    }
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_dropped() {
    let running = Running::start(1).await;
    let slow = running.say(LARGE).await;
    sleep(Duration::from_millis(50)).await;
    assert_eq!(running.answer(LARGE).await, "HTTP/1.1 503 Service Unavailable");
    sleep(Duration::from_millis(400)).await;
    // Its place is free.
    assert_eq!(running.answer(LARGE).await, "HTTP/1.1 200 OK");
    drop(slow);
}

#[tokio::test]
async fn a_reader_that_reads_slowly_gets_all() {
    let running = Running::start(1).await;
    let mut stream = running.say(LARGE).await;
    let (mut piece, mut count) = (vec![0; 8 << 20], 0);
    while count < 64 << 20 {
        sleep(Duration::from_millis(20)).await;
        let more = stream.read(&mut piece).await.unwrap();
        assert_ne!(more, 0, "{count}");
        count += more;
    }
}

#[tokio::test]
async fn a_head_is_bounded() {
    let running = Running::start(1).await;
    let long = "a".repeat(2 * Limits::HEAD_BYTES);
    let head = format!("GET /health HTTP/1.1\r\nHost: a\r\nX-Long: {long}\r\n\r\n");
    assert_eq!(
        running.answer(head.as_bytes()).await,
        "HTTP/1.1 431 Request Header Fields Too Large"
    );
}

#[tokio::test]
async fn a_connection_that_rests_or_has_half_a_head_is_closed_in_time() {
    let running = Running::with_head(9, Duration::from_millis(300)).await;
    let mut slow = running.say(ENDLESS).await;
    for said in [b"", HALF_A_HEAD, HEALTH] {
        let mut stream = running.say(said).await;
        if said == HEALTH {
            assert_eq!(first_line(&mut stream).await, "HTTP/1.1 200 OK");
        }
        sleep(Duration::from_millis(100)).await;
        assert!(!is_closed(&mut stream).await);
        let end = timeout(Duration::from_secs(5), stream.read(&mut [0; 1024])).await;
        assert!(matches!(end, Ok(Ok(0) | Err(_))), "{end:?}");
    }
    assert!(!is_closed(&mut slow).await);
}

#[tokio::test]
async fn the_stop_waits_for_requests_alone_and_not_for_ever() {
    for (said, took_at_most, cut) in [(HALF_A_HEAD, 500, 0), (HEALTH, 500, 0), (ENDLESS, 2_000, 1)] {
        let running = Running::start(2).await;
        let _stream = running.say(said).await;
        sleep(Duration::from_millis(50)).await;
        let told = Instant::now();
        running.stop.send(()).unwrap();
        assert_eq!(running.task.await.unwrap(), cut);
        assert!(
            told.elapsed() < Duration::from_millis(took_at_most),
            "{:?}",
            told.elapsed()
        );
    }
}

#[tokio::test]
async fn a_request_is_told_of_its_connection() {
    let running = Running::start(1).await;
    let mut stream = running
        .say(b"GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let peer = stream.local_addr().unwrap().to_string();
    assert!(answer.ends_with(&peer), "{answer}");
}
