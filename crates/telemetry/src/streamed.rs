//! A response whose body is still being made when its headers go out: its span ends with the body, and what the body's
//! stream logs has the ids of its request.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
};
use http::StatusCode;
use http_body::{Frame, SizeHint};
use tracing::Span;

use crate::{
    ending::Ending,
    scope::{SCOPE, Scope},
};

/// A body within the scope and the span of its request.
pub(crate) struct Streamed {
    pub body: Body,
    pub scope: Arc<Scope>,
    pub span: Span,
    /// Dropped before the body's end, it says that the client went away.
    pub ending: Option<Ending>,
    pub status: StatusCode,
}

impl Streamed {
    fn end(&mut self, outcome: Result<StatusCode, &'static str>) {
        if let Some(mut ending) = self.ending.take() {
            ending.outcome = Some(outcome);
        }
    }
}

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        let body = Pin::new(&mut this.body);
        let frame = SCOPE.sync_scope(this.scope.clone(), || {
            this.span.in_scope(|| body.poll_frame(context))
        });
        match &frame {
            Poll::Ready(Some(Err(_))) => this.end(Err("body broken")),
            Poll::Ready(None) => this.end(Ok(this.status)),
            // Whoever reads may stop here, and never ask for the end.
            Poll::Ready(Some(Ok(_))) if this.body.is_end_stream() => this.end(Ok(this.status)),
            _ => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{Router, body::to_bytes, routing::get};
    use futures_util::stream;

    use super::*;
    use crate::layer::tests::{ONE, ended, lines, respond};

    /// `one`, `two`, with a warning before each; then the end, or an error.
    fn routes(fails: bool) -> Router {
        let words = move || async move {
            Body::from_stream(stream::unfold(0, move |count| async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                tracing::warn!("part {count}");
                match count {
                    0 => Some((Ok("one"), 1)),
                    1 => Some((Ok("two"), 2)),
                    _ => fails.then_some((Err("gone"), 3)),
                }
            }))
        };
        Router::new().route("/things/{id}", get(words))
    }

    #[tokio::test]
    async fn a_span_ends_with_its_streamed_body_whose_lines_have_its_ids() {
        let trace_id = ONE + 100;
        let response = respond(trace_id, routes(false)).await;
        assert_eq!(ended(trace_id).len(), 0, "the body is still being made");
        assert_eq!(to_bytes(response.into_body(), 99).await.unwrap(), "onetwo");
        let span = ended(trace_id).remove(0);
        assert_eq!(span.tags["http.status_code"], "200");
        assert!(!span.tags.contains_key("error") && span.duration.unwrap() >= 10_000);
        let lines = lines(trace_id);
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .iter()
                .all(|line| line.contains(&format!(",{},true]", span.id))),
            "{lines:?}"
        );
    }

    #[tokio::test]
    async fn a_body_that_breaks_or_is_not_read_to_its_end_is_an_error() {
        let broken = respond(ONE + 101, routes(true)).await;
        assert!(to_bytes(broken.into_body(), 99).await.is_err());
        assert_eq!(ended(ONE + 101)[0].tags["error"], "body broken");

        drop(respond(ONE + 102, routes(false)).await);
        assert_eq!(ended(ONE + 102)[0].tags["error"], "cancelled");
    }
}
