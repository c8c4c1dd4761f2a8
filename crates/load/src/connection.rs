//! Requests one after another on a connection of HTTP/1.1, which is made when it is needed.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use http::{HeaderMap, HeaderValue, Request, StatusCode, header::HOST};
use http_body::Body as _;
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
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
    sender: Option<http1::SendRequest<String>>,
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

    /// `GET`s, and reads the body to its end. A connection that the server closed while it rested is made again, once.
    pub async fn get(&mut self, path: &str, headers: &HeaderMap) -> Result<Answered, Failure> {
        let rested = self.sender.take().filter(|sender| !sender.is_closed());
        if let Some(sender) = rested {
            match self.send(sender, path, headers).await {
                Err((_, true)) => {}
                Err((failure, false)) => return Err(failure),
                Ok(answered) => return Ok(answered),
            }
        }
        let sender = self.connect().await?;
        let sent = self.send(sender, path, headers).await;
        sent.map_err(|(failure, _)| failure)
    }

    /// Ends the connection: what still comes on it belongs to no request.
    pub fn close(&mut self) {
        self.sender = None;
    }

    async fn connect(&self) -> Result<http1::SendRequest<String>, Failure> {
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

    /// The answer, or the failure and whether the request never left.
    async fn send(
        &mut self,
        mut sender: http1::SendRequest<String>,
        path: &str,
        headers: &HeaderMap,
    ) -> Result<Answered, (Failure, bool)> {
        let mut request = Request::new(String::new());
        let uri = [&*self.target.prefix, path].concat().parse();
        *request.uri_mut() = uri.map_err(|_| (Failure::NoConnection, false))?;
        *request.headers_mut() = headers.clone();
        request.headers_mut().insert(HOST, self.target.host.clone());
        sender.ready().await.map_err(|_| (Failure::Closed, true))?;
        let response = sender.send_request(request).await;
        let response = response.map_err(|error| {
            (
                Failure::Closed,
                error.is_canceled() || error.is_incomplete_message(),
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

async fn next(body: &mut Incoming) -> Option<Result<hyper::body::Frame<bytes::Bytes>, hyper::Error>> {
    poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await
}
