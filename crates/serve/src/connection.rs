//! Requests and answers of one connection.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    http::Extensions,
};
use http_body::{Frame, SizeHint};
use hyper::{
    Request, Response,
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tower::Service as _;

use crate::{limits::Limits, places::Place, socket::Socket};

/// The time for a request that is on the wire at the stop.
const ON_THE_WIRE: Duration = Duration::from_millis(100);

/// The time for a connection beyond all places.
const SPARE_TIME: Duration = Duration::from_secs(2);

/// Both ends of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// The client's.
    pub peer: SocketAddr,
    /// Ours, where the socket knows it.
    pub local: Option<SocketAddr>,
}

/// Tells a request's extensions of its connection.
pub type Introduce = fn(Ends, &mut Extensions);

/// A client that was let in.
pub struct Client {
    pub stream: TcpStream,
    pub address: SocketAddr,
    pub introduce: Introduce,
    pub place: Arc<Place>,
    pub when_http2: Option<Arc<dyn Fn(SocketAddr) + Send + Sync>>,
}

/// Answers requests until the client hangs up, rests for too long, has to give its place, or the server stops. A request
/// under way is answered before that.
pub async fn answer(client: Client, router: Router, limits: Limits) {
    let place = client.place.clone();
    let mut connection = std::pin::pin!(connection(client, router, &limits, true));
    tokio::select! {
        biased;
        // However it ended, nobody is there to be told.
        _ = connection.as_mut() => return,
        () = place.is_needed() => {}
    }
    let patience = place.is_stopping().then_some(ON_THE_WIRE);
    if !place.is_busy() {
        tokio::select! {
            // In this order: what has come is seen.
            biased;
            _ = connection.as_mut() => return,
            () = pause(patience) => {}
        }
    }
    // Without a whole request there is nothing to finish.
    if place.is_busy() {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// Waits, where a time is given. A sleep of no time would take a millisecond, and the next client waits for this place.
async fn pause(time: Option<Duration>) {
    if let Some(time) = time {
        sleep(time).await;
    }
}

/// Answers one request.
pub async fn answer_once(client: Client, router: Router, limits: Limits) {
    let place = client.place.clone();
    let mut connection = std::pin::pin!(connection(client, router, &limits, false));
    tokio::select! {
        _ = timeout(SPARE_TIME, connection.as_mut()) => {}
        () = place.is_needed() => {}
    }
}

fn connection(
    client: Client,
    router: Router,
    limits: &Limits,
    keep_alive: bool,
) -> http1::Connection<
    TokioIo<Socket>,
    impl Service<Request<Incoming>, Response = Response<Answer>, Error = Infallible, Future: Send>,
> {
    let Client {
        stream,
        address,
        introduce,
        place,
        when_http2,
    } = client;
    let ends = Ends {
        peer: address,
        local: stream.local_addr().ok(),
    };
    let mut socket = Socket::new(stream, place.clone(), limits.write);
    if let (Some(called), Some(local)) = (when_http2, ends.local) {
        socket = socket.when_http2(move || called(local));
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        let answering = Answering::begin(place.clone());
        introduce(ends, request.extensions_mut());
        // A router is always ready.
        let response = router.clone().call(request.map(received));
        async {
            Ok(response.await?.map(|body| Answer {
                body,
                _answering: answering,
            }))
        }
    });
    http1::Builder::new()
        // A beat of the places is the clock of all heads: hyper's would be a timer of its own for each request.
        .header_read_timeout(None)
        .max_buf_size(Limits::HEAD_BYTES)
        .keep_alive(keep_alive)
        .serve_connection(TokioIo::new(socket), service)
}

/// The body of a request; none takes no memory.
fn received(body: Incoming) -> Body {
    if body.is_end_stream() {
        Body::empty()
    } else {
        Body::new(body)
    }
}

/// A request under way: until its answer is written, or its client is gone.
struct Answering(Arc<Place>);

impl Answering {
    fn begin(place: Arc<Place>) -> Self {
        place.begin();
        Self(place)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered();
    }
}

/// The body of an answer; its end is that of the request.
struct Answer {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
