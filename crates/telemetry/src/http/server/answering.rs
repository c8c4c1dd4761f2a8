//! A request whose handler is at work, until its response is there.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    thread,
};

use axum::response::{IntoResponse, Response};
use http::{HeaderName, Method};
use pin_project_lite::pin_project;

use crate::{
    http::{apart::apart, ending::Ending, streamed},
    propagation::trace_id_value,
    request::scope::{SCOPE, Scope},
};

static X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

pin_project! {
    /// A request whose handler is at work within its scope and its span.
    pub struct Answering<F> {
        #[pin]
        work: Work<F>,
        method: Method,
    }
}

pin_project! {
    struct Work<F> {
        // None once it has answered.
        #[pin]
        handler: Option<F>,
        ending: Option<Ending>,
        scope: Arc<Scope>,
    }

    impl<F> PinnedDrop for Work<F> {
        /// A handler that is given up may log as it goes, before its span ends.
        fn drop(this: Pin<&mut Self>) {
            this.give_up();
        }
    }
}

impl<F> Answering<F> {
    pub(super) fn new(handler: F, ending: Ending, scope: Arc<Scope>, method: Method) -> Self {
        let work = Work {
            handler: Some(handler),
            ending: Some(ending),
            scope,
        };
        Self { work, method }
    }
}

impl<F, R> Future for Answering<F>
where
    F: Future<Output = Result<R, Infallible>>,
    R: IntoResponse,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Ok(response) = ready!(EndedByPanic::new(this.work.as_mut()).poll(context));
        let mut response = response.into_response();
        let work = this.work.project();
        let value = trace_id_value(work.scope.trace_id);
        response.headers_mut().insert(&X_TRACE_ID, value);
        Poll::Ready(Ok(match work.ending.take() {
            Some(ending) => streamed::finish(response, this.method, ending, work.scope),
            None => response,
        }))
    }
}

/// Ends the span while a panic of the handler passes, where it can be told from a client that went away.
struct EndedByPanic<'a, F> {
    work: Pin<&'a mut Work<F>>,
    /// A request may be served while another panic passes: in the destructor of a test's fixture.
    was_panicking: bool,
}

impl<'a, F> EndedByPanic<'a, F> {
    fn new(work: Pin<&'a mut Work<F>>) -> Self {
        Self {
            work,
            was_panicking: thread::panicking(),
        }
    }
}

impl<F: Future> EndedByPanic<'_, F> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<F::Output> {
        self.work
            .as_mut()
            .within(|handler| match handler.as_mut().as_pin_mut() {
                Some(future) => {
                    let polled = future.poll(context);
                    if polled.is_ready() {
                        handler.set(None);
                    }
                    polled
                }
                None => Poll::Pending,
            })
    }
}

impl<F> Drop for EndedByPanic<'_, F> {
    fn drop(&mut self) {
        if thread::panicking() && !self.was_panicking {
            self.work.as_mut().give_up();
        }
    }
}

impl<F> Work<F> {
    /// Runs code of the handler where it belongs.
    fn within<T>(self: Pin<&mut Self>, work: impl FnOnce(&mut Pin<&mut Option<F>>) -> T) -> T {
        let mut this = self.project();
        let handler = &mut this.handler;
        let work = || match this.ending {
            Some(ending) => ending.span.in_scope(|| work(handler)),
            None => work(handler),
        };
        apart(|| SCOPE.sync_scope(this.scope.clone(), work))
    }

    fn give_up(mut self: Pin<&mut Self>) {
        if self.handler.is_some() {
            self.as_mut().within(|handler| handler.set(None));
        }
        drop(self.project().ending.take());
    }
}
