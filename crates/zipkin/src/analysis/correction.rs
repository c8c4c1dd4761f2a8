//! A trace by one clock: the times of each instance moved by the least that its calls allow.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    clocks::{self, Clock, Instance},
    kin::Kin,
};
use crate::{Language, Span, Waterfall, words};

/// The shift of one instance's times. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Correction {
    /// The instance: `orders`, or `orders 10.0.0.1` where it says its address.
    pub instance: String,
    /// Microseconds that were added to its times; taken from them where negative.
    pub moved_us: i64,
    /// The instance as sentences name it: with its address where its service has several instances here.
    #[serde(skip)]
    name: String,
}

impl Correction {
    /// The shift in words.
    pub fn sentence(&self) -> String {
        self.sentence_in(Language::English)
    }

    /// The same in a language.
    pub fn sentence_in(&self, language: Language) -> String {
        let name = words::or(&self.name, language.words().no_service);
        let amount = words::duration_in(self.moved_us.unsigned_abs(), language);
        let is_back = self.moved_us < 0;
        match language {
            Language::English => {
                let direction = if is_back { "back" } else { "on" };
                format!("{name} was moved {direction} by {amount}")
            }
            Language::Korean => {
                let direction = if is_back {
                    "앞으로 당김"
                } else {
                    "뒤로 늦춤"
                };
                format!("{name}의 시각을 {amount} {direction}")
            }
        }
    }
}

/// The trace by the clock of its first row, and what was moved for that: nothing where all clocks may agree.
///
/// An instance is moved only where its clock is doubted, and by the least that puts its calls into their clients: the true
/// amount lies between the bounds of its [`Clock`]. All spans of an instance move alike, those of further roots, too. Where calls contradict
/// each other, a clock was set between them, and nothing is moved.
///
/// ```
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"CLIENT","timestamp":1000,"duration":500,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"2","parentId":"1","kind":"SERVER","timestamp":9000,"duration":300,
///           "localEndpoint":{"serviceName":"app"}}]"#,
/// )?;
/// let raw = zipkin::waterfall(&spans).unwrap();
///
/// let (corrected, corrections) = zipkin::analysis::corrected(&raw);
/// assert_eq!(corrections[0].sentence(), "app was moved back by 7.80 ms");
/// assert_eq!(corrected.rows[1].span.timestamp, Some(1_200));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn corrected(trace: &Waterfall) -> (Waterfall, Vec<Correction>) {
    let kin = Kin::of(trace);
    let clocks = clocks::clocks(&kin);
    let (moves, names) = moves(&kin, &clocks);
    let mut corrections: Vec<Correction> = names
        .into_iter()
        .filter_map(|instance| {
            let moved_us = i64::try_from(*moves.get(&instance)?).ok()?;
            let name = name(&instance, &clocks);
            Some(Correction {
                instance,
                moved_us,
                name,
            })
        })
        .collect();
    corrections.retain(|correction| correction.moved_us != 0);
    if corrections.is_empty() {
        return (trace.clone(), corrections);
    }
    // A span that does not say whose it is goes with the one above it.
    let mut of_rows: Vec<i128> = Vec::with_capacity(kin.rows.len());
    for row in kin.rows {
        let above = row.parent.and_then(|parent| of_rows.get(parent)).copied();
        let own = moves.get(&Instance::of(row).to_string()).copied();
        of_rows.push(own.or(above).unwrap_or_default());
    }
    let spans: Vec<Span> = kin
        .rows
        .iter()
        .zip(of_rows)
        .map(|(row, by)| moved(&row.span, by))
        .collect();
    let moved = crate::waterfall(&spans).unwrap_or_else(|| trace.clone());
    (moved, corrections)
}

/// By how much each instance is moved, and their names in the order of their first call.
fn moves(kin: &Kin<'_>, clocks: &[Clock]) -> (HashMap<String, i128>, Vec<String>) {
    let clocks: HashMap<(&str, &str), &Clock> = clocks
        .iter()
        .map(|clock| ((clock.caller.as_str(), clock.callee.as_str()), clock))
        .collect();
    let (mut moves, mut names) = (HashMap::new(), Vec::new());
    for (index, row) in kin.rows.iter().enumerate() {
        let Some((_, server)) = kin.only_server(index) else {
            continue;
        };
        let [caller, callee] = [row, server].map(|row| Instance::of(row).to_string());
        let clock = clocks.get(&(caller.as_str(), callee.as_str()));
        let Some(ahead) = clock.map(|clock| least(clock)) else {
            continue;
        };
        let of_caller = *moves.entry(caller).or_insert(0);
        moves.entry(callee.clone()).or_insert_with(|| {
            names.push(callee);
            of_caller - ahead
        });
    }
    (moves, names)
}

/// The least that the callee may be ahead; zero where the clocks may agree.
fn least(clock: &Clock) -> i128 {
    if clock.doubt().is_none() || clock.apart_us() == 0 {
        return 0;
    }
    let apart = i128::from(clock.apart_us());
    if clock.ahead_min_us > 0 { apart } else { -apart }
}

/// As the clocks' doubts name it.
fn name(instance: &str, clocks: &[Clock]) -> String {
    let mut clocks = clocks.iter();
    let named = clocks.find_map(|clock| clock.name_of(instance));
    named.unwrap_or(instance).to_owned()
}

fn moved(span: &Span, by: i128) -> Span {
    let time = |time: u64| u64::try_from((i128::from(time) + by).max(1)).unwrap_or(u64::MAX);
    let mut span = span.clone();
    span.timestamp = span.timestamp.map(time);
    for annotation in &mut span.annotations {
        annotation.timestamp = time(annotation.timestamp);
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::analyse, sample::trace, waterfall};

    fn said(lines: &[&str]) -> (Vec<String>, Waterfall) {
        let raw = waterfall(&trace(lines)).unwrap();
        let (corrected, corrections) = corrected(&raw);
        let said = corrections.iter().map(Correction::sentence).collect();
        (said, corrected)
    }

    #[test]
    fn each_instance_moves_by_the_least_that_its_calls_allow() {
        for (lines, expected) in [
            // They may agree.
            (
                vec!["1 - CLIENT web - @1000+500", "2 1 SERVER app - @1100+300"],
                vec![] as Vec<&str>,
            ),
            // The spans below move along, by their own clock's difference from there.
            (
                vec![
                    "1 - CLIENT web - @10000+5000",
                    "2 1 SERVER app - @20000+4000",
                    "3 2 CLIENT app - @21000+2000",
                    "4 3 SERVER db - @11000+1000",
                ],
                vec!["app was moved back by 9.00 ms", "db was moved on by 1.00 ms"],
            ),
            // A second root of the same instance, and two calls that bound it closer.
            (
                vec![
                    "1 - CLIENT web - @10000+5000",
                    "2 1 SERVER app/1.1.1.1 - @20000+1000",
                    "3 1 CLIENT web - @11000+3000",
                    "4 3 SERVER app/1.1.1.1 - @20500+2000",
                    "5 - SERVER app/1.1.1.1 - @30000+1000",
                ],
                vec!["app was moved back by 8.50 ms"],
            ),
            // A clock was set between the calls.
            (
                vec![
                    "1 - CLIENT web - @10000+5000",
                    "2 1 SERVER app - @20000+1000",
                    "3 - CLIENT web - @30000+5000",
                    "4 3 SERVER app - @31000+1000",
                ],
                vec![],
            ),
        ] {
            assert_eq!(said(&lines).0, expected, "{lines:?}");
        }
    }

    #[test]
    fn a_corrected_trace_has_no_doubtful_clock() {
        let (_, corrected) = said(&[
            "1 - SERVER web - @10000+9000",
            "2 1 CLIENT web - @10500+5000",
            "3 2 SERVER app - @90000+4000",
            "4 3 - - - @91000+2000",
            "5 - SERVER app - @99000+1000",
        ]);
        let analysis = analyse(&corrected);
        assert_eq!(
            analysis.doubts.iter().map(|doubt| doubt.kind).collect::<Vec<_>>(),
            [crate::analysis::DoubtKind::SecondRoot]
        );
        let starts: Vec<Option<u64>> = corrected.rows.iter().map(|row| row.span.timestamp).collect();
        assert_eq!(
            starts,
            [10_000, 10_500, 11_500, 12_500, 20_500].map(Some),
            "the span without a service and the further root move along"
        );
    }
}
