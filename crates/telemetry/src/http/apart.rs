//! Work that no span around it takes part in: a request belongs to the trace that its headers name, whatever span is
//! current on the thread that serves it. RATIONALE.md has the whole why.

use tracing::{
    Id, Subscriber as _,
    dispatcher::{Dispatch, get_default},
};
use tracing_subscriber::Registry;

/// Runs `work` with no span current; those that were current are so again afterwards.
pub(crate) fn apart<T>(work: impl FnOnce() -> T) -> T {
    let _outer = Outer::leave();
    work()
}

/// Spans that are left for a while, the innermost first.
struct Outer(Vec<Id>);

impl Outer {
    fn leave() -> Self {
        let mut left = Vec::new();
        get_default(|dispatch| {
            let Some(registry) = dispatch.downcast_ref::<Registry>() else {
                return;
            };
            // Each turn takes one off the thread's stack. Most requests find it empty.
            while let Some(id) = registry.current_span().id() {
                registry.exit(id);
                left.push(id.clone());
            }
        });
        Self(left)
    }
}

impl Drop for Outer {
    fn drop(&mut self) {
        if self.0.is_empty() {
            return;
        }
        get_default(|dispatch: &Dispatch| {
            let Some(registry) = dispatch.downcast_ref::<Registry>() else {
                return;
            };
            for id in self.0.iter().rev() {
                registry.enter(id);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{Router, routing::get};
    use tokio::{task::yield_now, time::sleep};
    use tracing::{Instrument as _, Span, debug_span, info_span, warn};

    use super::Outer;
    use crate::{
        layer::tests::{ONE, ended, lines, respond},
        spans::{current::trace_id, mdc},
    };

    /// A request that logs before and after it waits. One that leaks never leaves the span that it enters.
    fn routes(leaks: bool) -> Router {
        let handler = async move || {
            if leaks {
                std::mem::forget(Span::current().entered());
            }
            warn!("begun");
            yield_now().await;
            warn!("again");
            sleep(Duration::from_millis(5)).await;
            warn!("and again");
            info_span!("child").in_scope(|| assert_eq!(mdc::get("userId").as_deref(), Some("terry")));
        };
        Router::new().route("/things/{id}", get(handler))
    }

    /// That all of a request is its own: three lines with the ids and the MDC, and a child.
    fn is_whole(trace_id: u128) {
        let spans = ended(trace_id);
        let names: Vec<_> = spans.iter().filter_map(|span| span.name.as_deref()).collect();
        assert_eq!(names, ["child", "get /things/{id}"]);
        let server = &spans[1];
        assert_eq!(
            (spans[0].parent_id, server.parent_id.unwrap().to_string().as_str()),
            (Some(server.id), "00000000000000aa")
        );
        let lines = lines(trace_id);
        assert_eq!(lines.len(), 3);
        let ids = format!(",{trace_id:032x},{},true]", server.id);
        for line in lines {
            assert!(line.contains(&ids) && line.contains(" userId=terry "), "{line}");
        }
    }

    #[tokio::test]
    async fn the_headers_decide_whatever_span_is_current() {
        respond(ONE + 200, routes(false))
            .instrument(info_span!("loud"))
            .await;
        is_whole(ONE + 200);
        respond(ONE + 201, routes(false))
            .instrument(debug_span!("quiet"))
            .await;
        is_whole(ONE + 201);
        // A request within a request, as a router that is called directly has it.
        let nested = async || drop(respond(ONE + 203, routes(false)).await);
        respond(ONE + 202, Router::new().route("/things/{id}", get(nested))).await;
        is_whole(ONE + 203);
        assert_eq!(ended(ONE + 202).len(), 1);
    }

    #[tokio::test]
    async fn an_outer_span_is_current_again_after_the_request() {
        respond(ONE + 205, routes(false)).await;
        let seen = async {
            let before = trace_id();
            respond(ONE + 204, routes(false)).await;
            (before, trace_id())
        };
        let (before, after) = seen.instrument(info_span!("foreign")).await;
        assert!(before.is_some() && before == after);
    }

    #[tokio::test]
    async fn leaked_guards_lend_no_request_anothers_name() {
        let leaked = info_span!("leaked");
        std::mem::forget(leaked.enter());
        for trace_id in [ONE + 210, ONE + 211] {
            respond(trace_id, routes(true)).await;
            is_whole(trace_id);
        }
        // Each leaves its guard on the thread's stack while the others work.
        let all = ONE + 212..ONE + 220;
        futures_util::future::join_all(all.clone().map(|trace_id| respond(trace_id, routes(true)))).await;
        all.for_each(is_whole);
        // Another test's thread may get this one's stack of spans.
        std::mem::forget(Outer::leave());
    }
}
