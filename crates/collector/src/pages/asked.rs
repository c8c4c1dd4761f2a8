//! The search that an address asks for: in our form's words, in the API's, or in those of Zipkin's page, whose links have
//! durations and lookbacks with units, and a lookback from one time to another.

use zipkin::{Query, utc};

use super::{
    markup::{Attribute, Isolated},
    reader::Reader,
};
use crate::{error::Error, params::Params};

/// Both the end and the lookback of a search that names no time. Zipkin's day would hide a trace of last week, and
/// "until now" one of a clock that is ahead.
const ALL_TIME_MS: u64 = i64::MAX as u64 / 1000;

const DEFAULT_LIMIT: &str = "20";

/// More rows than this nobody reads.
const MAX_LIMIT: usize = 200;

/// Microseconds.
const DURATIONS: [(&str, u64); 5] = [("", 1), ("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000)];

/// Milliseconds.
const LOOKBACKS: [(&str, u64); 7] = [
    ("", 1),
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 604_800_000),
];

/// Parameters that the form has no field for.
const WITHOUT_FIELD: [&str; 4] = ["annotationQuery", "startTs", "endTs", "millis"];

/// Reads the parameters; empty ones count as absent, because a form sends its empty fields, too.
pub fn query(params: &Params, now_ms: u64) -> Result<Query, Error> {
    let (end, lookback) = time(params, now_ms)?;
    let mut read = vec![("endTs", end), ("lookback", lookback)];
    for name in ["minDuration", "maxDuration"] {
        let micros = given(params, name).map(|text| scaled(text, &DURATIONS, "100ms, 2s, or microseconds"));
        // As in Zipkin's page, no time is no condition.
        read.push((name, micros.transpose()?.filter(|&micros| micros > 0)));
    }
    let is_read = |name: &str| read.iter().any(|(known, _)| *known == name);
    let others = params
        .iter()
        .filter(|(name, value)| !is_read(name) && !value.trim().is_empty());
    let others = others.map(|(name, value)| (name, value.to_owned()));
    let numbers = read
        .iter()
        .filter_map(|&(name, number)| Some((name, number?.to_string())));
    let limit = [("limit", DEFAULT_LIMIT.to_owned())];
    let mut query = Query::parse(numbers.chain(others).chain(limit), ALL_TIME_MS, ALL_TIME_MS)?;
    query.limit = query.limit.min(MAX_LIMIT);
    Ok(query)
}

/// `endTs` and `lookback`, both in milliseconds. A lookback without an end looks back from now.
fn time(params: &Params, now_ms: u64) -> Result<(Option<u64>, Option<u64>), Error> {
    let end = moment(params, "endTs")?;
    let lookback = match given(params, "lookback") {
        None if given(params, "startTs").is_none() => return Ok((end, None)),
        // `custom` is the word of the page that was before Lens.
        None | Some("range" | "custom") => {
            let start = moment(params, "startTs")?.unwrap_or_default();
            let length = end.unwrap_or(now_ms).checked_sub(start);
            length.ok_or_else(|| Error::InvalidParameter("startTs is after endTs".into()))?
        }
        Some("millis") => moment(params, "millis")?.ok_or(Error::MissingParameter("millis"))?,
        Some(text) => scaled(text, &LOOKBACKS, "15m, 1h, 2d, or milliseconds")?,
    };
    Ok((Some(end.unwrap_or(now_ms)), Some(lookback)))
}

fn moment(params: &Params, name: &'static str) -> Result<Option<u64>, Error> {
    let refused = || Error::InvalidParameter(format!("{name} < 0"));
    let number = params.number(name)?;
    number
        .map(|number| u64::try_from(number).map_err(|_| refused()))
        .transpose()
}

fn given<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.get(name).map(str::trim).filter(|text| !text.is_empty())
}

/// A whole number with one of these units, or with none, in the smallest of them.
fn scaled(text: &str, units: &[(&str, u64)], expected: &str) -> Result<u64, Error> {
    let unit_start = text.find(|each: char| !each.is_ascii_digit());
    let (number, unit) = text.split_at(unit_start.unwrap_or(text.len()));
    let factor = units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor);
    let scaled = number.parse::<u64>().ok().zip(factor);
    let scaled = scaled.and_then(|(number, factor)| number.checked_mul(factor));
    scaled
        .ok_or_else(|| Error::InvalidParameter(format!("For input string: \"{text}\" (expected {expected})")))
}

/// The conditions beyond the fields of the form, for people, and for the form to ask for them again.
pub fn beyond_form(reader: &Reader, query: Option<&Query>, params: &Params) -> String {
    let hidden: String = WITHOUT_FIELD
        .iter()
        .filter_map(|name| Some((name, given(params, name)?)))
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
                Attribute(value)
            )
        })
        .collect();
    let tags = given(params, "annotationQuery").map(|tags| Isolated(tags).to_string());
    let time = query.and_then(|query| window(reader, query));
    let said: Vec<String> = [tags, time].into_iter().flatten().collect();
    if said.is_empty() {
        return hidden;
    }
    let and = reader.fill("And: {conditions}", &[("conditions", &said.join("; "))]);
    format!("{hidden}<p class=\"hint\">{and}</p>\n")
}

/// From when to when, unless it is all time.
fn window(reader: &Reader, query: &Query) -> Option<String> {
    if query.lookback == ALL_TIME_MS && query.end_ts == ALL_TIME_MS {
        return None;
    }
    let utc = |ms: u64| {
        let micros = ms.saturating_mul(1000);
        format!("{} {}", utc::date(micros), utc::time_of_day(micros))
    };
    let (from, to) = (
        utc(query.end_ts.saturating_sub(query.lookback)),
        utc(query.end_ts),
    );
    Some(reader.fill("from {from} to {to} (UTC)", &[("from", &from), ("to", &to)]))
}

#[cfg(test)]
mod tests;
