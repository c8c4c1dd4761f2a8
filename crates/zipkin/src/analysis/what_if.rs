//! A service made faster in thought, and how much faster the trace would have been.

use serde::Serialize;

use super::kin::Kin;
use crate::{Kind, Language, Row, Waterfall, words};

/// One span, run again with less own work.
mod replay;

use replay::{Replayed, Share};

/// More work than this, in microseconds, is no time that anything took.
const MOST_WORK: i128 = 1 << 62;

/// A trace as it was, and as it would have been. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WhatIf {
    /// The service that is faster.
    pub service: String,
    /// By how many microseconds, over all of its own work in the trace.
    pub faster_us: u64,
    /// Whether that is all the work that it did: less than was asked for.
    pub is_all: bool,
    /// By how many microseconds the first root would have been shorter.
    pub saved_us: u64,
    /// The duration of the first root.
    pub before_us: u64,
    /// The duration that it would have had.
    pub after_us: u64,
}

impl WhatIf {
    /// The result in words.
    pub fn sentence(&self) -> String {
        self.sentence_in(Language::English)
    }

    /// The same in a language.
    pub fn sentence_in(&self, language: Language) -> String {
        let times = [self.faster_us, self.saved_us, self.before_us, self.after_us];
        let times = times.map(|time| words::duration_in(time, language));
        match language {
            Language::English => self.english(times),
            Language::Korean => self.korean(times),
        }
    }

    fn korean(&self, [faster, saved, before, after]: [String; 4]) -> String {
        let Self { service, .. } = self;
        let faster = if self.is_all {
            format!("{service}의 자체 처리(모두 {faster})가 없다면")
        } else {
            format!("{service}의 자체 처리가 {faster} 빨라지면")
        };
        match self.saved_us {
            0 => format!("{faster}: 그동안 다른 호출을 기다리므로 이 트레이스는 빨라지지 않습니다."),
            _ => format!("{faster}: 이 트레이스는 {saved} 빨라져 {before} 대신 {after} 걸립니다."),
        }
    }

    fn english(&self, [faster, saved, before, after]: [String; 4]) -> String {
        let Self { service, .. } = self;
        let faster = if self.is_all {
            format!("{service} without its own work, {faster} in all")
        } else {
            format!("{service} {faster} faster")
        };
        match self.saved_us {
            0 => format!("{faster}: this trace not faster, since others were waited for meanwhile."),
            _ => format!("{faster}: this trace {saved} faster, {after} in place of {before}."),
        }
    }
}

/// The time of the first root, had a service done its own work in so many microseconds less in all; nothing where
/// the root does not say when it ran, or the service did no work.
///
/// The trace is replayed. Each piece of own work of the service shrinks alike; all other pieces keep their length. A child
/// starts after its parent has done what it did before, and after all its siblings that had ended before it started; the
/// parent goes on when all that had ended then have ended. A child that outlived its parent is not waited for, and nobody
/// waits for a consumer. A client's own time is the network's or a silent server's, and does not shrink.
///
/// ```
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":1000,"duration":1000,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"2","parentId":"1","kind":"CLIENT","timestamp":1100,"duration":800,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"3","parentId":"2","kind":"SERVER","timestamp":1150,"duration":700,
///           "localEndpoint":{"serviceName":"app"}}]"#,
/// )?;
/// let trace = zipkin::waterfall(&spans).unwrap();
///
/// use zipkin::analysis::what_if;
///
/// let faster = what_if(&trace, "app", 500).unwrap();
/// assert_eq!(faster.sentence(), "app 500 µs faster: this trace 500 µs faster, 500 µs in place of 1.00 ms.");
/// // It worked for 700 µs.
/// assert_eq!(what_if(&trace, "app", 5_000).unwrap().saved_us, 700);
/// assert_eq!(what_if(&trace, "db", 500), None);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn what_if(trace: &Waterfall, service: &str, faster_us: u64) -> Option<WhatIf> {
    Replay::of(trace).faster(service, faster_us)
}

/// A trace that is replayed with one service faster, then with another: what does not depend on the service is made once.
///
/// ```
/// use zipkin::analysis::{Replay, what_if};
///
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","timestamp":5,"duration":100,"localEndpoint":{"serviceName":"web"}}]"#,
/// )?;
/// let trace = zipkin::waterfall(&spans).unwrap();
/// assert_eq!(Replay::of(&trace).faster("web", 40), what_if(&trace, "web", 40));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Replay<'a> {
    kin: Kin<'a>,
    spans: Vec<Option<Replayed>>,
}

impl<'a> Replay<'a> {
    /// Of a trace.
    pub fn of(trace: &'a Waterfall) -> Self {
        let kin = Kin::of(trace);
        let spans = (0..kin.rows.len()).map(|index| Replayed::of(&kin, index));
        Self {
            spans: spans.collect(),
            kin,
        }
    }

    /// The same as [`what_if`].
    pub fn faster(&self, service: &str, faster_us: u64) -> Option<WhatIf> {
        let works = |row: &Row| row.service == service && row.kind != Some(Kind::Client);
        let works: Vec<bool> = self.kin.rows.iter().map(works).collect();
        replayed(&self.spans, &works, service, faster_us)
    }
}

/// The time of the first root, had the spans that work for the service done so in less.
fn replayed(spans: &[Option<Replayed>], works: &[bool], service: &str, faster_us: u64) -> Option<WhatIf> {
    let working = spans.iter().zip(works).filter(|(_, works)| **works);
    let all_work: i128 = working
        .filter_map(|(span, _)| Some(span.as_ref()?.all_own()))
        .sum();
    (1..MOST_WORK).contains(&all_work).then_some(())?;
    let cut = Share {
        of: all_work,
        part: i128::from(faster_us).min(all_work),
    };
    let none = Share { part: 0, ..cut };
    let mut lengths: Vec<i128> = vec![0; spans.len()];
    // Children stand after their parents.
    for ((index, span), works) in spans.iter().enumerate().zip(works).rev() {
        let share = if *works { cut } else { none };
        if let (Some(span), Some(length)) = (span, span.as_ref().map(|span| span.length(&lengths, share)))
            && let Some(place) = lengths.get_mut(index)
        {
            *place = length.min(span.whole.length() * cut.of);
        }
    }
    let before = spans.first()?.as_ref()?.whole.length();
    let micros = |time: i128| u64::try_from(time).ok();
    let saved = before * cut.of - lengths.first()?;
    // Of a microsecond that is saved in part, nobody says that nothing is.
    let saved = (saved + cut.of - 1) / cut.of;
    Some(WhatIf {
        service: service.to_owned(),
        faster_us: micros(cut.part)?,
        is_all: i128::from(faster_us) > all_work,
        saved_us: micros(saved)?,
        before_us: micros(before)?,
        after_us: micros(before - saved)?,
    })
}

#[cfg(test)]
mod tests;
