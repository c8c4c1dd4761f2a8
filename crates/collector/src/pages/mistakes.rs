//! Values of the search form that make no sense, each with what its field takes.

use zipkin::Query;

use super::{asked, errors, language::message, reader::Reader};
use crate::{error::Error, params::Params};

const DURATION: &str = message("\"{value}\" is no duration. Write 5ms, 2s, or microseconds as a number.");
const LOOKBACK: &str =
    message("\"{value}\" is no length of time. Write 15m, 1h, 2d, or milliseconds as a number.");
const MOMENT: &str = message("\"{value}\" is no moment. Write milliseconds since 1970.");
const LIMIT: &str = message("\"{value}\" is no number of traces. Write 1 or more.");
const ALONE: &str = message("At most needs at least, too: the shortest duration.");
const REVERSED: &str = message("At most is below at least.");
const NO_TIME: &str = message("The time from there to there is empty: the start is not before the end.");

const ZEROS: &str = message("An id of zeros alone is no trace: whoever sent it had none.");

/// The fields whose value can be wrong on its own.
const FIELDS: [(&str, &str); 7] = [
    ("minDuration", DURATION),
    ("maxDuration", DURATION),
    ("lookback", LOOKBACK),
    ("endTs", MOMENT),
    ("startTs", MOMENT),
    ("millis", MOMENT),
    ("limit", LIMIT),
];

/// Fields, and what is wrong with the value of each.
pub struct Mistakes(Vec<(&'static str, String)>);

impl Mistakes {
    /// None.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// That of an id in the box that no trace has.
    pub fn of_zeros(reader: &Reader) -> Self {
        Self(vec![("q", reader.say(ZEROS).to_owned())])
    }

    /// Those because of which there is no query.
    pub fn of(reader: &Reader, params: &Params, error: &Error, now_ms: u64) -> Self {
        let wrong = |(name, text): &(&'static str, &'static str)| {
            let value = params.get(name)?;
            alone(name, value, now_ms)
                .is_err()
                .then(|| (*name, reader.fill(text, &[("value", &value)])))
        };
        let found: Vec<_> = FIELDS.iter().filter_map(wrong).collect();
        if !found.is_empty() {
            return Self(found);
        }
        // Each is well, and they do not go together.
        let both = |name| params.get(name).is_some_and(|value| !value.trim().is_empty());
        let (name, text) = match (both("maxDuration"), both("minDuration")) {
            (true, false) => ("maxDuration", reader.say(ALONE).to_owned()),
            (true, true) if error.to_string().contains("maxDuration") => {
                ("maxDuration", reader.say(REVERSED).to_owned())
            }
            _ if both("startTs") || both("millis") => ("lookback", reader.say(NO_TIME).to_owned()),
            _ => ("q", errors::said(reader, error)),
        };
        Self(vec![(name, text)])
    }

    /// The same, where these conditions stand in the box: their mistakes stand beside it.
    pub fn in_box(self, conditions: &[(String, String)]) -> Self {
        let is_in_box = |name: &str| conditions.iter().any(|(known, _)| known == name);
        let place = |(name, text)| (if is_in_box(name) { "q" } else { name }, text);
        Self(self.0.into_iter().map(place).collect())
    }

    /// The mistake in the value of a field.
    pub fn with(&self, name: &str) -> Option<&str> {
        let mut with = self.0.iter().filter(|(field, _)| *field == name);
        with.next().map(|(_, text)| text.as_str())
    }

    /// Those of fields that the form does not have.
    pub fn elsewhere(&self, fields: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        let others = self.0.iter().filter(|(name, _)| !fields.contains(name));
        others.map(|(name, text)| (*name, text.as_str()))
    }
}

/// The query of a field on its own: one that needs another gets it.
fn alone(name: &str, value: &str, now_ms: u64) -> Result<Query, Error> {
    let mut params = vec![(name.to_owned(), value.to_owned())];
    match name {
        "maxDuration" => params.push(("minDuration".to_owned(), "1".to_owned())),
        "millis" => params.push(("lookback".to_owned(), "millis".to_owned())),
        "lookback" if ["range", "custom", "millis"].contains(&value) => {
            return asked::query(&Params::new(Vec::new()), now_ms);
        }
        _ => {}
    }
    asked::query(&Params::new(params), now_ms)
}
