//! A socket that waits for no reader for ever: one that takes nothing for a while is an error.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use crate::places::Place;

/// The bytes that the system keeps of an answer that is not read. Its own limit is megabytes, which count as ours.
const SEND_BUFFER: usize = 256 << 10;

/// The first bytes of a connection of HTTP/2: <https://www.rfc-editor.org/rfc/rfc9113#section-3.4>. HTTP/1 has no such version.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n";

/// A client's socket, in its place.
pub struct Socket {
    stream: TcpStream,
    place: Arc<Place>,
    write_limit: Duration,
    stuck: Option<Pin<Box<Sleep>>>,
    /// Until the first bytes have come.
    when_http2: Option<Box<dyn FnOnce() + Send>>,
}

impl Socket {
    /// The client may take nothing for as long as `write_limit`.
    pub fn new(stream: TcpStream, place: Arc<Place>, write_limit: Duration) -> Self {
        // A smaller buffer is a precaution, and not worth a connection.
        let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
        Self {
            stream,
            place,
            write_limit,
            stuck: None,
            when_http2: None,
        }
    }

    /// Calls this if the first bytes are those with which HTTP/2 begins.
    pub fn when_http2(mut self, called: impl FnOnce() + Send + 'static) -> Self {
        self.when_http2 = Some(Box::new(called));
        self
    }

    fn in_time<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let limit = self.write_limit;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(stuck.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready()
            && let Some(called) = self.when_http2.take()
        {
            let first = buffer.filled().get(before..).unwrap_or_default();
            if first.starts_with(HTTP_2) {
                called();
            }
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.in_time(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.in_time(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes once it has written all that it has; when it has looked for a first request in vain, too.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.place.rest();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
