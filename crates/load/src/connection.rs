//! Requests one after another on a connection of HTTP/1.1, which is made when it is needed.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header::HOST};
use http_body::Body as _;
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use reqwest::Body;
use tokio::net::TcpStream;

use crate::failure::Failure;

/// Where all requests go.
#[derive(Clone, Debug)]
pub struct Target {
    /// Host and port.
    pub authority: Arc<str>,
    /// The same as the header `Host`.
    pub host: HeaderValue,
    /// The text before each path.
    pub prefix: Arc<str>,
}

/// A connection, or none yet.
#[derive(Debug)]
pub struct Connection {
    target: Target,
    sender: Option<http1::SendRequest<Body>>,
}

/// A request, which may have to be sent twice.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Path and query, behind the target's prefix.
    pub path: &'a str,
    /// All headers but the host.
    pub headers: &'a HeaderMap,
    /// All of its body.
    pub body: &'a Bytes,
}

/// The head of an answer whose body was read.
#[derive(Debug)]
pub struct Answered {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Connection {
    /// None is made yet.
    pub fn new(target: Target) -> Self {
        Self { target, sender: None }
    }

    /// Asks, and reads the answer's body to its end. A connection that the server closed while it rested is made again, once.
    pub async fn ask(&mut self, asked: &Asked<'_>) -> Result<Answered, Failure> {
        let rested = self.sender.take().filter(|sender| !sender.is_closed());
        if let Some(sender) = rested {
            match self.send(sender, asked).await {
                Err((_, true)) => {}
                Err((failure, false)) => return Err(failure),
                Ok(answered) => return Ok(answered),
            }
        }
        let sender = self.connect().await?;
        let sent = self.send(sender, asked).await;
        sent.map_err(|(failure, _)| failure)
    }

    /// Ends the connection: what still comes on it belongs to no request.
    pub fn close(&mut self) {
        self.sender = None;
    }

    async fn connect(&self) -> Result<http1::SendRequest<Body>, Failure> {
        let stream = TcpStream::connect(&*self.target.authority).await;
        let stream = stream.map_err(|error| Failure::of_connecting(&error))?;
        // Small requests leave at once; where the system refuses, they leave later.
        let _ = stream.set_nodelay(true);
        let (sender, driven) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Failure::NoConnection)?;
        // It ends with the connection, and its error is the request's.
        tokio::spawn(driven);
        Ok(sender)
    }

    /// The answer, or the failure and whether the request may be sent again: it never left, or does the same when it is
    /// done twice.
    async fn send(
        &mut self,
        mut sender: http1::SendRequest<Body>,
        asked: &Asked<'_>,
    ) -> Result<Answered, (Failure, bool)> {
        let request = asked.at(&self.target).ok_or((Failure::NoConnection, false))?;
        sender.ready().await.map_err(|_| (Failure::Closed, true))?;
        let response = sender.try_send_request(request).await;
        let response = response.map_err(|mut error| {
            let never_left = error.take_message().is_some();
            let ended_early = error.error().is_incomplete_message();
            (
                Failure::of_answering(error.error()),
                never_left || (ended_early && asked.method.is_idempotent()),
            )
        })?;
        let (head, mut body) = response.into_parts();
        while let Some(frame) = next(&mut body).await {
            frame.map_err(|_| (Failure::BrokenBody, false))?;
        }
        self.sender = Some(sender);
        Ok(Answered {
            status: head.status,
            headers: head.headers,
        })
    }
}

impl Asked<'_> {
    /// The request; none where the path makes no address.
    fn at(&self, target: &Target) -> Option<Request<Body>> {
        let uri: Uri = [&*target.prefix, self.path].concat().parse().ok()?;
        let mut request = Request::new(Body::from(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        let host = request.headers_mut().entry(HOST);
        host.or_insert_with(|| target.host.clone());
        Some(request)
    }
}

async fn next(body: &mut Incoming) -> Option<Result<hyper::body::Frame<bytes::Bytes>, hyper::Error>> {
    poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await
}
