//! A response whose body is still being made when its headers go out: its span ends with the body, and what the body's
//! stream logs has the ids of its request.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use http::{Method, StatusCode, header::CONTENT_LENGTH};
use http_body::{Frame, SizeHint};
use tracing::Span;

use super::{apart::apart, ending::Ending};
use crate::request::scope::{SCOPE, Scope};

/// A body within the scope and the span of its request.
pub(crate) struct Streamed {
    body: Body,
    scope: Arc<Scope>,
    span: Span,
    /// Dropped before the body's end, it says that the client went away.
    ending: Option<Ending>,
    status: StatusCode,
    /// The bytes that went out.
    sent: u64,
    /// The bytes that were promised.
    length: Option<u64>,
}

/// Ends the span with the response, or with its body where that is still being made.
pub(crate) fn finish(
    response: Response,
    method: &Method,
    mut ending: Ending,
    scope: &Arc<Scope>,
) -> Response {
    let status = response.status();
    let length = content_length(&response);
    if has_no_body(method, status) || length == Some(0) || is_whole(response.body()) {
        ending.outcome = Some(Ok(status));
        return response;
    }
    response.map(|body| {
        Body::new(Streamed {
            body,
            scope: scope.clone(),
            span: ending.span.clone(),
            ending: Some(ending),
            status,
            sent: 0,
            length,
        })
    })
}

/// Nobody asks for the body of such an answer, whatever its handler has made (RFC 9110, section 6.4.1).
fn has_no_body(method: &Method, status: StatusCode) -> bool {
    let is_tunnel = *method == Method::CONNECT && status.is_success();
    let is_bare =
        status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    *method == Method::HEAD || is_tunnel || is_bare
}

/// Nothing of it is still being made.
fn is_whole(body: &Body) -> bool {
    body.size_hint().exact().is_some() || body.is_end_stream()
}

fn content_length(response: &Response) -> Option<u64> {
    response
        .headers()
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

impl Streamed {
    /// Runs some of the body's own code.
    fn within<T>(&mut self, work: impl FnOnce(&mut Body) -> T) -> T {
        let (body, span) = (&mut self.body, &self.span);
        apart(|| SCOPE.sync_scope(self.scope.clone(), || span.in_scope(|| work(body))))
    }

    /// Counts a frame. Whoever reads may stop at the last one, and never ask for the end.
    fn pass(&mut self, frame: &Frame<Bytes>) {
        self.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
        let is_all = self.length.is_some_and(|length| self.sent >= length);
        if is_all || frame.is_trailers() || self.body.is_end_stream() {
            self.finish();
        }
    }

    /// There is no more, though more may have been promised.
    fn finish(&mut self) {
        let is_short = self.length.is_some_and(|length| self.sent < length);
        self.end(if is_short {
            Err("body cut short")
        } else {
            Ok(self.status)
        });
    }

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
        let frame = this.within(|body| Pin::new(body).poll_frame(context));
        match &frame {
            Poll::Ready(Some(Ok(frame))) => this.pass(frame),
            Poll::Ready(Some(Err(_))) => this.end(Err("body broken")),
            Poll::Ready(None) => this.finish(),
            Poll::Pending => {}
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

impl Drop for Streamed {
    /// Before the span ends: the body's own end may log, too.
    fn drop(&mut self) {
        self.within(|body| drop(mem::take(body)));
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
