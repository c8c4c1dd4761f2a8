//! One side of a comparison: ids of traces, or a window of time.

use zipkin::{Query, TraceIdPrefix, Waterfall};

use super::super::{language::message, reader::Reader, window};
use crate::{Collector, error::Error, params::Params};

/// Traces of one side; of a window the latest.
const MAX_TRACES: usize = 100;

/// Milliseconds.
const UNITS: [(&str, u64); 4] = [("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// The traces that are asked for.
#[derive(Debug, PartialEq)]
pub enum Side {
    /// Those whose ids begin so.
    Ids(Vec<(String, TraceIdPrefix)>),
    /// Those that began from the first to the second moment, in milliseconds since the epoch.
    Window(u64, u64),
}

/// Why a side has no traces.
#[derive(Debug, PartialEq)]
pub enum Unread {
    /// The text is neither ids nor a window.
    Senseless(String),
    /// No trace has an id that begins so.
    Unknown(String),
    /// No trace began in the window.
    Empty,
}

impl Side {
    /// Reads the text of a field.
    pub fn parse(text: &str, now_ms: u64) -> Result<Self, Unread> {
        let senseless = || Unread::Senseless(text.to_owned());
        if let Some((from, to)) = text.split_once("..") {
            let (from, to) = moment(from, now_ms)
                .zip(moment(to, now_ms))
                .ok_or_else(senseless)?;
            return (from < to)
                .then_some(Self::Window(from, to))
                .ok_or_else(senseless);
        }
        let ids: Vec<&str> = text
            .split(',')
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .collect();
        let parse = |id: &&str| Some(((*id).to_owned(), TraceIdPrefix::parse(id).ok()?));
        let parsed: Option<Vec<_>> = ids.iter().take(MAX_TRACES).map(parse).collect();
        let parsed = parsed.ok_or_else(senseless)?;
        (!parsed.is_empty())
            .then_some(Self::Ids(parsed))
            .ok_or_else(senseless)
    }

    /// The traces, laid out; in a window only those in which the service has a span, if one is named.
    pub async fn traces(
        self,
        collector: &Collector,
        service: Option<&str>,
    ) -> Result<Result<Vec<Waterfall>, Unread>, Error> {
        match self {
            Self::Ids(ids) => of_ids(collector, ids).await,
            Self::Window(from, to) => {
                let mut params = vec![
                    ("startTs", from.to_string()),
                    ("endTs", to.to_string()),
                    ("lookback", "range".into()),
                ];
                params.extend(service.map(|service| ("serviceName", service.to_owned())));
                let params = params
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect();
                let (query, _): (Query, _) = window::of(&Params::new(params), to)?;
                let keep = |traces: &mut Vec<Waterfall>, trace| traces.push(trace);
                let (traces, _) = window::look(collector, query, MAX_TRACES, Vec::new(), keep).await?;
                Ok(if traces.is_empty() {
                    Err(Unread::Empty)
                } else {
                    Ok(traces)
                })
            }
        }
    }
}

async fn of_ids(
    collector: &Collector,
    ids: Vec<(String, TraceIdPrefix)>,
) -> Result<Result<Vec<Waterfall>, Unread>, Error> {
    let laid_out = collector.work(move |store, asker| {
        let mut traces = Vec::new();
        for (text, digits) in ids {
            asker.still_waits()?;
            let exactly = digits.whole().and_then(|id| store.trace(id));
            let first = || store.trace(*store.ids(digits, 1).first()?);
            match exactly
                .or_else(first)
                .filter(|spans| spans.end() <= window::MAX_TRACE)
            {
                Some(spans) => traces.extend(zipkin::waterfall(spans.iter())),
                None => return Ok(Err(Unread::Unknown(text))),
            }
        }
        Ok(Ok(traces))
    });
    Ok(laid_out.await?)
}

/// `15m` ago, `now`, or milliseconds since the epoch.
fn moment(text: &str, now_ms: u64) -> Option<u64> {
    let text = text.trim();
    if text == "now" {
        return Some(now_ms);
    }
    if text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (_, length) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
    let number: u64 = text.get(..text.len() - 1)?.parse().ok()?;
    now_ms.checked_sub(number.checked_mul(*length)?)
}

impl Unread {
    /// The reason and the next step.
    pub fn words(&self, reader: &Reader) -> String {
        const SENSELESS: &str = message(
            "\"{value}\" is neither trace ids nor a window. Write 463ac35c,9e658247 or 30m..15m; s, m, h and d are units, now is a moment.",
        );
        match self {
            Self::Senseless(text) => reader.fill(SENSELESS, &[("value", text)]),
            Self::Unknown(digits) => reader.fill(
                "No trace of a size that can be compared begins with {digits}.",
                &[("digits", digits)],
            ),
            Self::Empty => reader
                .say("No trace began in this window: take a longer one.")
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_ids_or_a_window() {
        const NOW: u64 = 1_700_000_000_000;
        assert_eq!(
            Side::parse("30m..15m", NOW),
            Ok(Side::Window(NOW - 1_800_000, NOW - 900_000))
        );
        assert_eq!(
            Side::parse(" 2h .. now", NOW),
            Ok(Side::Window(NOW - 7_200_000, NOW))
        );
        assert_eq!(
            Side::parse("1699999990000..now", NOW),
            Ok(Side::Window(1_699_999_990_000, NOW))
        );
        let ids = ["463ac35c", "9E65"].map(|id| (id.to_owned(), TraceIdPrefix::parse(id).unwrap()));
        assert_eq!(Side::parse("463ac35c, 9E65", NOW), Ok(Side::Ids(ids.into())));
        for senseless in [
            "",
            "15m..30m",
            "now..now",
            "xyz",
            "5y..now",
            "é..now",
            "99999999999999d..now",
        ] {
            assert_eq!(
                Side::parse(senseless, NOW),
                Err(Unread::Senseless(senseless.into()))
            );
        }
    }
}
