//! A handler that panics: its caller gets the common 500, and the process serves on.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Error;

/// Middleware that answers for a handler that panicked. Its line was written where it happened, by telemetry's hook.
pub async fn answer(request: Request, next: Next) -> Response {
    let mut response = pin!(next.run(request));
    let caught = poll_fn(|context| {
        // Unwind safe: what a panic left half done is dropped, and never polled again.
        match catch_unwind(AssertUnwindSafe(|| response.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Error::Panic)),
        }
    });
    caught.await.unwrap_or_else(Error::into_response)
}
