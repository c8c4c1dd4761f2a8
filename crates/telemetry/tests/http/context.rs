//! The context goes wherever the span goes: into tasks, threads and streams, and into nested spans.

use std::time::Duration;

use futures_util::{StreamExt as _, future::join_all, stream};
use telemetry::{mdc, task, trace_id};
use tokio::time::sleep;
use tracing::{Instrument as _, Span, debug_span, error, info_span, instrument};
use zipkin::{Kind, SpanId};

use crate::world::{in_request, tag};

/// The span and the MDC that a piece of work sees.
fn work(name: &'static str) {
    let user = mdc::get("userId").unwrap_or_default();
    drop(info_span!("work", otel.name = name, user));
}

/// A request of `terry` with this in it; all spans but the request's.
async fn within<F>(
    work: impl Fn() -> F + Clone + Send + Sync + 'static,
    others: usize,
) -> (SpanId, Vec<zipkin::Span>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let handler = move || {
        mdc::put("userId", "terry").unwrap();
        work()
    };
    let (server, spans) = in_request(handler, others).await;
    (server.id, spans)
}

fn named<'a>(spans: &'a [zipkin::Span], name: &str) -> &'a zipkin::Span {
    spans
        .iter()
        .find(|span| span.name.as_deref() == Some(name))
        .unwrap()
}

#[tokio::test]
async fn tasks_and_threads_carry_the_span_they_are_given() {
    let (server, spans) = within(
        || async {
            tokio::spawn(async { work("instrumented") }.in_current_span())
                .await
                .unwrap();
            // A span below INFO is not sent, and carries all the same.
            tokio::spawn(async { work("debug") }.instrument(debug_span!("quiet")))
                .await
                .unwrap();
            task::spawn(info_span!("task"), async { work("spawned") })
                .await
                .unwrap();
            task::spawn_blocking(info_span!("pool"), || work("blocking"))
                .await
                .unwrap();
            task::spawn_thread(info_span!("thread"), || work("threaded"))
                .unwrap()
                .join()
                .unwrap();
            let span = Span::current();
            std::thread::spawn(move || span.in_scope(|| work("plain thread")))
                .join()
                .unwrap();
        },
        9,
    )
    .await;
    for (name, parent) in [
        ("instrumented", server),
        ("debug", server),
        ("plain thread", server),
        ("spawned", named(&spans, "task").id),
        ("blocking", named(&spans, "pool").id),
        ("threaded", named(&spans, "thread").id),
    ] {
        let span = named(&spans, name);
        assert_eq!(
            (span.parent_id, tag(span, "user")),
            (Some(parent), Some("terry")),
            "{name}"
        );
    }
    for name in ["task", "pool", "thread"] {
        assert_eq!(named(&spans, name).parent_id, Some(server));
    }
}

/// The one way to lose it: `tokio` and `std` know nothing of spans.
#[tokio::test]
async fn a_bare_spawn_starts_a_trace_of_its_own() {
    within(
        || async {
            tokio::spawn(async {
                assert_eq!((trace_id(), mdc::get("userId")), (None, None));
                work("lost");
            })
            .await
            .unwrap();
            std::thread::spawn(|| assert_eq!(trace_id(), None))
                .join()
                .unwrap();
        },
        0,
    )
    .await;
}

#[tokio::test]
async fn futures_of_one_task_share_its_context() {
    let (server, spans) = within(
        || async {
            join_all((0..3).map(|_| async {
                sleep(Duration::from_millis(2)).await;
                work("joined")
            }))
            .await;
            let pages = stream::iter(0..3).then(|_| async {
                sleep(Duration::from_millis(2)).await;
                work("streamed")
            });
            pages.collect::<Vec<()>>().await;
            stream::iter(0..3)
                .map(|_| async { work("buffered") })
                .buffer_unordered(2)
                .collect::<Vec<()>>()
                .await;
        },
        9,
    )
    .await;
    assert!(
        spans
            .iter()
            .all(|span| span.parent_id == Some(server) && tag(span, "user") == Some("terry"))
    );
}

#[tokio::test]
async fn spans_that_are_entered_by_turns_do_not_mix() {
    let (_, spans) = within(
        || async {
            let turns = |name: &'static str, child: &'static str| {
                async move {
                    for _ in 0..5 {
                        tokio::task::yield_now().await;
                        work(child);
                    }
                }
                .instrument(info_span!("turns", otel.name = name))
            };
            tokio::join!(turns("one", "of one"), turns("two", "of two"));
        },
        12,
    )
    .await;
    for (name, child) in [("one", "of one"), ("two", "of two")] {
        let parent = named(&spans, name).id;
        let children = spans.iter().filter(|span| span.name.as_deref() == Some(child));
        assert!(children.clone().count() == 5 && { children }.all(|span| span.parent_id == Some(parent)));
    }
}

#[instrument]
async fn outer(id: u32) {
    inner(id).await.unwrap_err();
}

#[instrument(skip_all, fields(otel.kind = "producer"), err)]
async fn inner(id: u32) -> Result<(), String> {
    work("innermost");
    Err(format!("no {id}"))
}

#[tokio::test]
async fn attributes_nest_and_an_error_is_its_own_spans() {
    let (server, spans) = within(|| outer(7), 3).await;
    let (outer, inner) = (named(&spans, "outer"), named(&spans, "inner"));
    assert_eq!((outer.parent_id, tag(outer, "id")), (Some(server), Some("7")));
    assert_eq!(
        (inner.parent_id, inner.kind),
        (Some(outer.id), Some(Kind::Producer))
    );
    assert_eq!((tag(inner, "error"), tag(outer, "error")), (Some("no 7"), None));
    assert_eq!(named(&spans, "innermost").parent_id, Some(inner.id));
}

#[tokio::test]
async fn a_task_that_fails_after_the_answer_marks_itself_alone() {
    let (server, spans) = in_request(
        || async {
            task::spawn(info_span!("late"), async {
                sleep(Duration::from_millis(30)).await;
                error!("mail not sent");
            });
        },
        1,
    )
    .await;
    assert_eq!(
        (tag(&server, "error"), tag(&spans[0], "error")),
        (None, Some("mail not sent"))
    );
}
