//! The answer: where the time of a trace went, and why, in one or two sentences.

use std::collections::HashMap;

use super::{
    critical::Segment,
    findings::{Finding, FindingKind, is_wait},
    kin::{Kin, interval},
    says::{CannotTell, Part, Sentence},
};
use crate::{Kind, Row, Waterfall};

/// The work that a piece of the critical path was spent on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Piece<'a> {
    Network(&'a str, &'a str),
    WaitFor(&'a str, &'a str),
    Work(&'a str),
    WorkOrUnknown(&'a str),
}

/// A second part is worth a word from this share on.
const WORTH_A_WORD: u64 = 10;

pub(super) fn answer(
    trace: &Waterfall,
    kin: &Kin<'_>,
    path: &[Segment],
    findings: &[Finding],
) -> Vec<Sentence> {
    let whole = trace.times.duration.unwrap_or_default();
    let is_known = !trace.times.is_open && trace.times.duration.is_some();
    // A cost that is a good part of the trace goes first, then where the time went, then the next thing worth a word.
    let cause = findings
        .first()
        .filter(|first| is_known && first.cost_us > 0 && first.cost_us >= whole / 5);
    let where_to = match (cannot_tell(trace), cause) {
        (Some(why), _) => Some(Sentence::CannotTell(why)),
        // The wait is said: the rest has a word of its own.
        (None, Some(cause)) if matches!(cause.said, Sentence::NamedWait { .. }) => {
            where_the_time_went(kin, path, |row| !is_wait(row))
        }
        (None, _) => where_the_time_went(kin, path, |_| true),
    };
    let is_worth_a_word = |finding: &&Finding| match finding.kind {
        // A cause says that, too.
        FindingKind::Failed => cause.is_none(),
        _ if cause.is_some() => finding.cost_us == 0,
        _ => finding.cost_us == 0 || finding.cost_us >= whole / 50,
    };
    let others = findings.iter().filter(is_worth_a_word);
    // Stable: that something failed comes last.
    let other = others.min_by_key(|finding| finding.kind == FindingKind::Failed);
    let said = |finding: &Finding| finding.said.clone();
    match (cause, other) {
        (Some(cause), Some(other)) => vec![said(cause), said(other)],
        // The path is the sender's, and says nothing of the queue; or that of the slow answer, which is said.
        (Some(cause), None) if matches!(cause.kind, FindingKind::QueueWait | FindingKind::SlowBody) => {
            vec![said(cause)]
        }
        (cause, other) => cause
            .map(said)
            .into_iter()
            .chain(where_to)
            .chain(other.map(said))
            .collect(),
    }
}

fn cannot_tell(trace: &Waterfall) -> Option<CannotTell> {
    if trace.times.start.is_none() {
        return Some(CannotTell::NoTimes);
    }
    let root = trace.rows.first()?;
    match (root.offset, root.duration) {
        (_, None) if root.offset.is_some() => Some(CannotTell::NotEnded),
        (None, _) | (_, None) => Some(CannotTell::NoTime),
        _ => None,
    }
}

/// The largest part of the time that counted rows have on the path, where there is one worth a word.
fn where_the_time_went(kin: &Kin<'_>, path: &[Segment], counts: impl Fn(&Row) -> bool) -> Option<Sentence> {
    let counted = |segment: &Segment| kin.row(segment.row).is_some_and(&counts);
    // A row may have 100,000 pieces and as many children: it is asked once for its part, and not for each piece.
    let mut of_rows: Vec<Option<(u64, usize)>> = vec![None; kin.rows.len()];
    for (place, segment) in path.iter().enumerate().filter(|(_, segment)| counted(segment)) {
        if let Some(row) = of_rows.get_mut(segment.row) {
            row.get_or_insert((0, place)).0 += segment.duration_us;
        }
    }
    let mut parts: HashMap<Piece, (u64, usize)> = HashMap::new();
    for (row, (time, place)) in (0..).zip(of_rows).filter_map(|(row, of)| Some((row, of?))) {
        let part = parts.entry(part(kin, row)?).or_insert((0, place));
        *part = (part.0 + time, part.1.min(place));
    }
    let whole = path.iter().map(|segment| segment.duration_us).sum();
    let mut parts: Vec<(Piece, (u64, usize))> = parts.into_iter().collect();
    // Of two that took as long, the first to appear.
    parts.sort_by_key(|(_, (time, place))| (std::cmp::Reverse(*time), *place));
    let mut parts = parts.into_iter();
    let is_worth_a_word = |(_, (time, _)): &(Piece, (u64, usize))| time.saturating_mul(WORTH_A_WORD) >= whole;
    // Many small parts have a largest one; beside a wait that was left out, a small rest is none.
    let is_all = path.iter().all(counted);
    let (most, (time, _)) = parts.next().filter(|most| is_all || is_worth_a_word(most))?;
    let second = parts.next().filter(is_worth_a_word);
    Some(Sentence::Went {
        time,
        whole,
        most: most.owned(),
        then: second.map(|(part, _)| part.owned()),
    })
}

fn part<'a>(kin: &Kin<'a>, index: usize) -> Option<Piece<'a>> {
    let row: &Row = kin.row(index)?;
    if row.kind != Some(Kind::Client) {
        // The same span has no figure in the hop table.
        let mut waited_for = kin
            .below(index)
            .filter(|(_, child)| child.kind != Some(Kind::Consumer));
        return Some(match waited_for.all(|(_, child)| interval(child).is_some()) {
            true => Piece::Work(&row.service),
            false => Piece::WorkOrUnknown(&row.service),
        });
    }
    // Between several servers of one call, or before one of unknown length, the client may have waited for anything.
    let server = kin
        .only_server(index)
        .filter(|(_, server)| server.duration.is_some());
    Some(match server {
        Some((_, server)) => Piece::Network(&row.service, &server.service),
        None => Piece::WaitFor(&row.service, kin.callee(index)),
    })
}

impl Piece<'_> {
    fn owned(self) -> Part {
        match self {
            Self::Network(caller, callee) => Part::Network(caller.to_owned(), callee.to_owned()),
            Self::WaitFor(caller, callee) => Part::WaitFor(caller.to_owned(), callee.to_owned()),
            Self::Work(service) => Part::Work(service.to_owned()),
            Self::WorkOrUnknown(service) => Part::WorkOrUnknown(service.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::{
        analysis::{analyse, critical},
        sample::trace,
        waterfall,
    };

    fn said(lines: &[&str]) -> String {
        analyse(&waterfall(&trace(lines)).unwrap()).answer
    }

    #[test]
    fn one_or_two_sentences_say_where_the_time_went() {
        for (lines, expected) in [
            (
                vec![
                    "1 - CLIENT gateway - @1000000+100000",
                    "2 1 SERVER orders - @1050000+25000",
                ],
                "75.0 of 100 ms was network between gateway and orders; then orders' own work.",
            ),
            (
                vec![
                    "1 - SERVER gateway - @1000000+100000",
                    "2 1 CLIENT gateway db @1005000+95000",
                ],
                "95.0 of 100 ms was gateway waiting for db.",
            ),
            (
                vec![
                    "1 - CLIENT web app @1000+100",
                    "2 1 SERVER app - @1010+20",
                    "3 1 SERVER app - @1050+20",
                ],
                "60 of 100 µs was web waiting for app; then app's own work.",
            ),
            (
                vec!["1 - SERVER web - @1000+100"],
                "100 of 100 µs was web's own work.",
            ),
            (
                vec![
                    "1 - PRODUCER web kafka @1000000+1000",
                    "2 1 CONSUMER worker kafka @6000000+20000",
                ],
                "5.00 of 5.02 s waited in kafka.",
            ),
            (
                vec!["1 - SERVER web - @1000", "2 1 - web - @1100+10"],
                "Cannot tell: the root has not ended.",
            ),
            (
                vec!["1 - SERVER - - @1000+100"],
                "100 of 100 µs was work of a span that names no service.",
            ),
            // The hop table has no figure for the same time.
            (
                vec![
                    "1 - SERVER a - @1000000+100000",
                    "2 1 CLIENT a b @1000010",
                    "3 2 SERVER b - @1000020+500000",
                ],
                "100 of 100 ms was a's own work or a span below it whose time is not known.",
            ),
            (
                vec!["1 - CLIENT a b @1000000+100000", "2 1 SERVER b - @1000020"],
                "100 of 100 ms was a waiting for b.",
            ),
            (vec!["1 - SERVER web -"], "Cannot tell: no span says when it ran."),
            (
                vec!["1 - SERVER web - +5", "2 1 - web - @1100+10"],
                "Cannot tell: the root does not say when it ran.",
            ),
            (
                vec!["1 - CLIENT web app @1000+1000", "2 1 SERVER app - @9100+800"],
                "800 µs of 1.00 ms was app's own work; then network between web and app. app's clock is ahead of web's by 7.90 ms to 8.10 ms.",
            ),
        ] {
            assert_eq!(said(&lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_row_of_many_pieces_is_asked_once() {
        const CALLS: u64 = 60_000;
        let mut lines = vec![format!("1 - SERVER web - @1000+{}", 20 * CALLS)];
        lines.extend((2..CALLS).map(|id| format!("{id:x} 1 CLIENT web db @{}+9", 1000 + 20 * id)));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let trace = waterfall(&trace(&lines)).unwrap();
        let kin = Kin::of(&trace);
        let path = critical::walk(&kin);
        let begun = Instant::now();
        assert!(where_the_time_went(&kin, &path, |_| true).is_some());
        // Asked for each of its pieces, the root looks at 3,600,000,000 children.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    #[test]
    fn a_wait_that_is_named_is_said_once() {
        for (wait, rest, expected) in [
            (
                960,
                "@1960+40",
                "960 µs of 1.00 ms web waited in “acquire connection”.",
            ),
            (
                500,
                "@1500+400",
                "500 µs of 1.00 ms web waited in “acquire connection”. 400 µs of 1.00 ms was web waiting for db; then web's own work.",
            ),
        ] {
            let mut spans = trace(&[
                "1 - SERVER web - @1000+1000",
                &format!("2 1 - web - @1000+{wait}"),
                &format!("3 1 CLIENT web db {rest}"),
            ]);
            spans[1].name = Some("acquire connection".into());
            let said = analyse(&waterfall(&spans).unwrap()).answer;
            assert_eq!(said, expected);
        }
    }
}
