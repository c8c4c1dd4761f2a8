//! 10: each span that ended is found, though the collector was away for a while, and though the service stops.

use std::collections::BTreeMap;

use expect::{Expectation, Span};
use zipkin::SpanId;

use super::{order, spans::found_of};
use crate::{
    lesson::{Lesson, Work},
    seen::{Delivery, Exchange, Life, Outcome, Post, Request, Round, Script, Seen},
    verdict::{Evidence, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "10",
    id: "last-batch",
    folder: "10_last_batch",
    work: Work::Program,
    script,
    judge,
    trap: "exit-without-flush",
    wrong: &[
        "failed-batch-dropped",
        "not-awaited",
        "never-ends",
        "gave-up-early",
        "hammered",
        "sent-again",
        "in-the-request",
        "endless-retries",
        "kept-for-the-end",
    ],
};

/// Spans that orders ends for each request.
const SPANS: usize = 2;

/// The collector is away for a second. More tries than these in it have no pause between them.
const MOST_TRIES: usize = 40;

/// The orders of the last round.
const LAST: std::ops::Range<usize> = 30..33;

/// A full batch; a full batch while the collector is away; one more once it is back; and a batch that is not full when the service is told to stop. Then the
/// service lives once more, and the collector stays away.
fn script() -> Script {
    let round = |ids: std::ops::Range<usize>, delivery| Round {
        delivery,
        ..Round::together(ids.map(|id| Request::order(id, "terry")).collect())
    };
    Script {
        rounds: vec![
            round(10..14, Delivery::AfterTheRound),
            round(20..24, Delivery::Refused),
            round(24..28, Delivery::Again),
            round(LAST, Delivery::Late),
        ],
        second_life: Some(Life {
            variables: Vec::new(),
            requests: vec![Request::order(40, "terry").direct()],
            delivery: Delivery::Refused,
        }),
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(_: &Exchange) -> Expectation {
    order::whole()
}

fn finding(seen: &Seen) -> Option<Finding> {
    let found = |name| Some(Finding::new(name, shown(seen)));
    let posts = || seen.posts.iter();
    if seen.was_killed {
        return found("never-ends");
    }
    if posts().any(|post| post.outcome == Outcome::Awaited) {
        return found("in-the-request");
    }
    if posts().filter(|post| post.outcome == Outcome::Refused).count() > MOST_TRIES {
        return found("hammered");
    }
    let mut taken: BTreeMap<SpanId, usize> = BTreeMap::new();
    for (_, id) in posts()
        .filter(|post| post.outcome == Outcome::Taken)
        .flat_map(|post| &post.spans)
    {
        *taken.entry(*id).or_default() += 1;
    }
    if taken.values().any(|count| *count > 1) {
        return found("sent-again");
    }
    let lost: Vec<Vec<Outcome>> = seen
        .exchanges
        .iter()
        .filter(|exchange| own_spans(seen, exchange).len() < SPANS)
        .map(|exchange| outcomes(seen, exchange))
        .collect();
    let is_refused = |outcomes: &&Vec<Outcome>| outcomes.contains(&Outcome::Refused);
    if lost.iter().any(|outcomes| outcomes.contains(&Outcome::Abandoned)) {
        found("not-awaited")
    } else if lost.iter().any(Vec::is_empty) {
        found("exit-without-flush")
    } else if let Some(outcomes) = lost.iter().find(is_refused) {
        let is_once = outcomes.len() <= SPANS;
        found(if is_once {
            "failed-batch-dropped"
        } else {
            "gave-up-early"
        })
    } else if seen.was_killed_again {
        found("endless-retries")
    } else if is_kept_for_the_end(seen) {
        found("kept-for-the-end")
    } else {
        None
    }
}

/// Whether spans that were refused arrived with those of the last round, though a full batch came between.
fn is_kept_for_the_end(seen: &Seen) -> bool {
    let paths: Vec<String> = LAST.map(|id| format!("/orders/{id}")).collect();
    let is_last = |one: &&Exchange| paths.contains(&one.request.path);
    let last: Vec<_> = seen
        .exchanges
        .iter()
        .filter(is_last)
        .map(Exchange::trace_id)
        .collect();
    let of = |outcome| seen.posts.iter().filter(move |post| post.outcome == outcome);
    let refused: Vec<SpanId> = of(Outcome::Refused)
        .flat_map(|post| &post.spans)
        .map(|(_, id)| *id)
        .collect();
    of(Outcome::Taken).any(|post| {
        let has_last = post.spans.iter().any(|(trace, _)| last.contains(&Some(*trace)));
        has_last && post.spans.iter().any(|(_, id)| refused.contains(id))
    })
}

/// The spans of orders that the collector has of a request.
fn own_spans<'a>(seen: &'a Seen, exchange: &Exchange) -> Vec<&'a Span> {
    let id = exchange.trace_id();
    let spans = seen.spans_of("orders");
    spans.filter(|span| Some(span.trace_id) == id).collect()
}

/// The outcome of each span of a request that was posted, once for each time.
fn outcomes(seen: &Seen, exchange: &Exchange) -> Vec<Outcome> {
    let id = exchange.trace_id();
    let of_post = |post: &Post| {
        let own = post.spans.iter().filter(|(trace, _)| Some(*trace) == id);
        vec![post.outcome; own.count()]
    };
    seen.posts.iter().flat_map(of_post).collect()
}

/// The numbers of spans that ended and that were found, and the first and last batches.
fn shown(seen: &Seen) -> Vec<Evidence> {
    let found = seen.spans_of("orders").count();
    let ended = SPANS * seen.exchanges.len();
    let described = |post: &Post| {
        let name = match post.outcome {
            Outcome::Abandoned => "seen-batch-abandoned",
            Outcome::Refused => "seen-batch-refused",
            Outcome::Taken => "seen-batch-taken",
            Outcome::Awaited => "seen-batch-awaited",
        };
        Evidence::said(name, [("count", post.spans.len().to_string())])
    };
    let mut batches: Vec<Evidence> = seen.posts.iter().map(described).collect();
    if batches.len() > 3 {
        batches.drain(1..batches.len() - 1);
        let more = [("count", (seen.posts.len() - 2).to_string())];
        batches.insert(1, Evidence::said("seen-more", more));
    }
    [found_of(ended, found)].into_iter().chain(batches).collect()
}
