//! One check: build, run, judge; or read the learner's answers.

use std::{collections::BTreeMap, path::Path, time::Duration};

use tokio::time::timeout;

use crate::{
    build::{self, Wait, build},
    lesson::{Lesson, Work},
    places::Places,
    seen::{Exchange, Outcome, Seen},
    stage::{self, Unheard},
    verdict::{Evidence, Failure, Halt, Verdict},
};

/// The longest lesson takes ten seconds, and a laptop that builds something else beside it a few times as long.
const LIMIT: Duration = Duration::from_secs(90);

/// The parts of a check that are not the lesson's.
mod around;

/// Answers about the learner's own traces.
mod answers;

pub use around::Around;

/// Checks the learner's copy. `waits` is called when the build takes long.
///
/// # Errors
/// No cargo; a file that cannot be read or written.
pub async fn mine(around: &Around<'_>, lesson: &Lesson, waits: impl Fn(Wait)) -> anyhow::Result<Verdict> {
    if lesson.work == Work::Answers {
        return answers::check(around, lesson).await;
    }
    let places = around.places;
    let built = build(&places.mine(), &places.target(), false, waits).await?;
    if !built.is_done {
        return Ok(Verdict::DoesNotCompile(built.messages));
    }
    Ok(run(lesson, &build::program(&places.target(), "mine"), around.draw).await)
}

/// Runs a program as the lesson's service, with what was drawn, and judges what was seen.
pub async fn run(lesson: &Lesson, program: &Path, draw: u32) -> Verdict {
    let script = (lesson.script)();
    // Its processes are killed when it is dropped.
    match timeout(LIMIT, stage::play(&script, program, draw)).await {
        Ok(Ok(seen)) => judge(lesson, &seen),
        Ok(Err(error)) => unheard(&error).unwrap_or_else(|| Verdict::DoesNotRun(format!("{error:#}"))),
        Err(_) => Verdict::Halted(Halt::TakesTooLong, Vec::new()),
    }
}

/// The reason that the learner's service never listened.
fn unheard(error: &anyhow::Error) -> Option<Verdict> {
    let part = error.downcast_ref::<Unheard>()?;
    if !matches!(part.service, "orders" | "warehouse") {
        return None;
    }
    let panics = panics(part.lines.iter().map(String::as_str));
    let halt = match (part.is_flood, part.is_late) {
        _ if !panics.is_empty() => return Some(Verdict::Halted(Halt::Panics, panics)),
        (true, _) => Halt::WritesEndlessly,
        (false, true) => Halt::NeverListens,
        (false, false) => Halt::EndsEarly,
    };
    let last = part.last().iter().map(|line| line.as_str().into());
    Some(Verdict::Halted(halt, last.collect()))
}

/// The lesson's verdict, unless the service ran as none should: whatever it did not say cannot be held against it.
fn judge(lesson: &Lesson, seen: &Seen) -> Verdict {
    if seen.wrote_endlessly {
        let own = seen.lines.iter().rev().filter(|line| line.service == "orders");
        let last = own.take(3).map(|line| line.text.as_str().into());
        return Verdict::Halted(Halt::WritesEndlessly, last.collect());
    }
    let verdict = (lesson.judge)(seen);
    match &verdict {
        Verdict::Passed if seen.was_killed => Verdict::Halted(Halt::DoesNotEnd, Vec::new()),
        Verdict::Failed(failure) => halted(seen, failure).unwrap_or(verdict),
        _ => verdict,
    }
}

/// The reason that the service did not behave at all.
fn halted(seen: &Seen, failure: &Failure) -> Option<Verdict> {
    let panics = panics(seen.lines_of("orders", ""));
    if !panics.is_empty() {
        return Some(Verdict::Halted(Halt::Panics, panics));
    }
    if let Some(status) = &seen.ended_early {
        return Some(Verdict::Halted(Halt::EndsEarly, vec![status.as_str().into()]));
    }
    let late = seen.exchanges.iter().filter(|exchange| exchange.is_late());
    let shown = |exchange: &Exchange| format!("{} → {}", exchange.request.shown(), exchange.answer.status);
    let late: Vec<Evidence> = late.map(|exchange| shown(exchange).into()).collect();
    // A lesson about delivery knows that its requests waited, and for whom.
    let are_explained = seen.posts.iter().any(|post| post.outcome == Outcome::Awaited);
    let are_all = late.len() == seen.exchanges.len() && !are_explained;
    if !late.is_empty() && (are_all || failure.finding.is_none()) {
        return Some(Verdict::Halted(
            Halt::AnswersTooLate,
            late.into_iter().take(3).collect(),
        ));
    }
    let is_unnamed = failure.finding.is_none() && seen.was_killed;
    is_unnamed.then(|| Verdict::Halted(Halt::DoesNotEnd, Vec::new()))
}

/// The first panic at each place in the code, with its reason, which Rust writes on the next line.
fn panics<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Evidence> {
    let lines: Vec<&str> = lines.collect();
    let mut places = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        if let Some((_, place)) = line.split_once("panicked at ") {
            let reason = lines.get(index + 1).copied().unwrap_or_default();
            places.entry(place).or_insert_with(|| format!("{line} {reason}"));
        }
    }
    places.into_values().take(3).map(Evidence::from).collect()
}

/// Lets the real services run, and judges answers in which `{name}` stands for a reading of their traces.
pub async fn rehearse(lesson: &Lesson, template: &str) -> Verdict {
    match answers::rehearse(lesson, template).await {
        Ok(verdict) => verdict,
        Err(error) => Verdict::DoesNotRun(format!("{error:#}")),
    }
}

/// The right answers about the traces that were drawn for the learner; nothing where none were.
pub fn right_answers(places: &Places, template: &str) -> Option<String> {
    answers::right(places, template)
}

#[cfg(test)]
mod tests {
    use expect::Answer;

    use super::*;
    use crate::{
        seen::{Line, Request},
        verdict::Finding,
    };

    fn exchange(status: u16) -> Exchange {
        Exchange {
            request: Request::order(7, "terry"),
            answer: Answer {
                status,
                ..Answer::default()
            },
        }
    }

    fn line(text: &str) -> Line {
        Line {
            service: "orders",
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_service_that_does_not_behave_gets_no_wrong_diagnosis() {
        let named = Failure {
            finding: Some(Finding::new("lines-gone", ["none"])),
            ..Failure::default()
        };
        let unnamed = Failure::default();
        let late = |statuses: &[u16]| Seen {
            exchanges: statuses.iter().map(|status| exchange(*status)).collect(),
            ..Seen::default()
        };
        let panicked = Seen {
            lines: vec![line("panicked at exercise.rs:3:1: no")],
            exchanges: vec![exchange(502)],
            ended_early: Some("exit status: 101".to_owned()),
            ..Seen::default()
        };
        let ended = Seen {
            ended_early: Some("exit status: 3".to_owned()),
            ..late(&[200, 502])
        };
        let killed = Seen {
            was_killed: true,
            ..late(&[200])
        };
        for (seen, failure, expected) in [
            (&panicked, &named, Some("panics")),
            (&ended, &named, Some("ends-early")),
            (&late(&[504, 0]), &named, Some("answers-too-late")),
            (&late(&[200, 504]), &unnamed, Some("answers-too-late")),
            // Some were answered: the lesson's own finding says more.
            (&late(&[200, 504]), &named, None),
            (&late(&[200]), &unnamed, None),
            (&killed, &unnamed, Some("does-not-end")),
            (&killed, &named, None),
        ] {
            let verdict = halted(seen, failure);
            assert_eq!(verdict.as_ref().map(Verdict::name), expected, "{seen:?}");
        }
    }

    #[test]
    fn a_service_that_never_listened_says_why() {
        let part = |service, is_late, is_flood, line: &str| Unheard {
            service,
            is_late,
            is_flood,
            lines: vec![line.to_owned()],
        };
        for (part, expected) in [
            (
                part("orders", false, false, "panicked at exercise.rs:3:1: no"),
                Some("panics"),
            ),
            (part("orders", false, false, "good bye"), Some("ends-early")),
            (
                part("warehouse", true, false, "one moment"),
                Some("never-listens"),
            ),
            (part("orders", true, true, "more"), Some("writes-endlessly")),
            // Not the learner's.
            (part("gateway", true, false, "one moment"), None),
        ] {
            let verdict = unheard(&part.into());
            assert_eq!(verdict.as_ref().map(Verdict::name), expected);
        }
    }

    #[test]
    fn a_panic_is_quoted_once_a_place_with_its_reason() {
        let at = |thread: u8| line(&format!("thread 'tokio' ({thread}) panicked at a.rs:3:1:"));
        let seen = Seen {
            lines: vec![at(1), line("no parent"), at(2), line("no parent")],
            ..Seen::default()
        };
        let quoted = "thread 'tokio' (1) panicked at a.rs:3:1: no parent";
        assert_eq!(panics(seen.lines_of("orders", "")), [Evidence::from(quoted)]);
    }

    #[test]
    fn each_halt_has_words_in_both_languages() {
        for lang in [crate::language::Lang::En, crate::language::Lang::Ko] {
            let words = crate::texts::Texts::of_runner(lang);
            for halt in Halt::ALL {
                assert!(words.find(halt.name()).is_some(), "{}", halt.name());
            }
        }
    }
}
