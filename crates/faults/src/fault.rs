//! A fault as text: `latency=300ms±50 share=20% route=/orders/{id}`.

use std::{fmt, str::FromStr};

use crate::{
    chance::Share,
    kind::{Entry, Kind},
    kinds,
    route::Route,
};

/// One fault: a kind with its value, and the requests that it is about.
#[derive(Clone, Debug)]
pub struct Fault {
    pub(crate) entry: &'static Entry,
    pub(crate) kind: Kind,
    pub(crate) share: Share,
    pub(crate) route: Option<Route>,
}

/// Why a text is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// A name that no kind has.
    #[error("no fault is called '{word}'{}", near.map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
    Unknown {
        /// The name.
        word: String,
        /// The kind whose name is nearest.
        near: Option<&'static str>,
    },
    /// A value that a kind or a condition does not take.
    #[error("{name} takes {expected}, not '{value}'")]
    Value {
        /// The kind or condition.
        name: String,
        /// The value that it was given.
        value: String,
        /// The values that it takes.
        expected: &'static str,
    },
    /// A condition with nothing that it is about.
    #[error("a fault is missing: share= and route= say of which requests, such as latency=300ms share=20%")]
    Nothing,
    /// A condition on requests, of a fault that is of the whole service.
    #[error("{0} is about the whole service: neither share= nor route= goes with it")]
    Whole(&'static str),
    /// The same word twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// More text than faults have.
    #[error("{MOST} faults at most in one service")]
    TooMany,
}

/// Faults of one service at most.
pub(crate) const MOST: usize = 32;

/// Reads words: kinds with their values, and the conditions `share=` and `route=`, which are those of all kinds among the words.
///
/// # Errors
/// The first word that is none, with the words that would do.
pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Vec<Fault>, FaultError> {
    let (mut share, mut route) = (None, None);
    let mut faults: Vec<Fault> = Vec::new();
    for word in words.into_iter().flat_map(str::split_whitespace) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        match name {
            "share" => once(&mut share, name, value)?,
            "route" => once(&mut route, name, value)?,
            _ => faults.push(fault(name, value)?),
        }
        if faults.len() > MOST {
            return Err(FaultError::TooMany);
        }
    }
    if faults.is_empty() {
        return Err(FaultError::Nothing);
    }
    for (index, fault) in faults.iter().enumerate() {
        if !fault.entry.is_of_requests() && (share.is_some() || route.is_some()) {
            return Err(FaultError::Whole(fault.entry.name));
        }
        let mut earlier = faults.iter().take(index);
        if earlier.any(|other| other.entry.name == fault.entry.name) {
            return Err(FaultError::Twice(fault.entry.name.to_owned()));
        }
    }
    for fault in &mut faults {
        fault.share = share.unwrap_or(Share::ALL);
        fault.route = route.clone();
    }
    Ok(faults)
}

fn once<T: FromStr<Err = &'static str>>(
    slot: &mut Option<T>,
    name: &str,
    value: Option<&str>,
) -> Result<(), FaultError> {
    if slot.is_some() {
        return Err(FaultError::Twice(name.to_owned()));
    }
    let value = value.unwrap_or_default();
    *slot = Some(value.parse().map_err(|expected| wrong(name, value, expected))?);
    Ok(())
}

fn fault(name: &str, value: Option<&str>) -> Result<Fault, FaultError> {
    let entry = kinds::find(name).ok_or_else(|| FaultError::Unknown {
        word: shortened(name),
        near: kinds::near(name),
    })?;
    let kind = (entry.read)(value);
    let kind = kind.map_err(|expected| wrong(name, value.unwrap_or_default(), expected))?;
    Ok(Fault {
        entry,
        kind,
        share: Share::ALL,
        route: None,
    })
}

fn wrong(name: &str, value: &str, expected: &'static str) -> FaultError {
    FaultError::Value {
        name: name.to_owned(),
        value: shortened(value),
        expected,
    }
}

/// An error repeats no more than this.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

impl Fault {
    /// Its kind, with the value.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The kind's name and meaning.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// Whether the other one, set later, takes its place.
    pub(crate) fn is_replaced_by(&self, later: &Self) -> bool {
        self.entry.name == later.entry.name && self.route == later.route
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut faults = parse([text])?;
        match (faults.pop(), faults.is_empty()) {
            (Some(fault), true) => Ok(fault),
            _ => Err(FaultError::TooMany),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.entry.name, self.kind)?;
        if self.share != Share::ALL {
            write!(f, " share={}", self.share)?;
        }
        match &self.route {
            Some(route) => write!(f, " route={route}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KINDS;

    #[test]
    fn a_fault_is_read_as_it_is_written() {
        for (text, shown) in [
            ("latency=300ms", "latency=300ms"),
            ("latency", "latency=300ms"),
            (
                "latency=300ms+-50 route=/orders/{id} share=20%",
                "latency=300ms±50 share=20% route=/orders/{id}",
            ),
            ("error", "error=503"),
            ("share=0.5% error=404", "error=404 share=0.5%"),
            ("pool=2,50ms", "pool=2,50ms"),
            ("pool", "pool=1"),
            ("lock", "lock"),
            ("clock=2s", "clock=+2000ms"),
            ("one-dialect=tracecontext", "one-dialect=tracecontext"),
        ] {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), shown);
            assert_eq!(fault.to_string().parse::<Fault>().unwrap().to_string(), shown);
        }
        for entry in &KINDS {
            let word = format!("{}={}", entry.name, entry.value);
            let fault: Fault = word.trim_end_matches('=').parse().unwrap();
            assert_eq!(fault.to_string().parse::<Fault>().unwrap().kind, fault.kind);
        }
    }

    #[test]
    fn a_text_that_is_no_fault_says_which_word_is_wrong() {
        for (text, error) in [
            (
                "latancy=3ms",
                "no fault is called 'latancy'; did you mean latency?",
            ),
            ("weather", "no fault is called 'weather'"),
            (
                "latency=fast",
                "latency takes a time up to 60s, such as 300ms, 1.5s or 300ms±50, not 'fast'",
            ),
            (
                "latency=50ms±300",
                "latency takes a swing that is no longer than the time itself, such as 300ms±50, not '50ms±300'",
            ),
            ("error=200", "error takes a status from 400 to 599, not '200'"),
            ("hang=5s", "hang takes no value, not '5s'"),
            ("calls=0", "calls takes a number from 1 to 100, not '0'"),
            (
                "clock",
                "clock takes a time up to a day, ahead or behind, such as +300ms or -2s, not ''",
            ),
            (
                "one-dialect=x",
                "one-dialect takes b3, b3multi or tracecontext, not 'x'",
            ),
            (
                "hang share=0%",
                "share takes a share above 0 and up to 100, such as 20%, not '0%'",
            ),
            (
                "hang route=orders",
                "route takes a path such as /orders/{id}, without a query, not 'orders'",
            ),
            (
                "share=20%",
                "a fault is missing: share= and route= say of which requests, such as latency=300ms share=20%",
            ),
            (
                "",
                "a fault is missing: share= and route= say of which requests, such as latency=300ms share=20%",
            ),
            (
                "refuse share=20%",
                "refuse is about the whole service: neither share= nor route= goes with it",
            ),
            ("hang share=2% share=3%", "share is there twice"),
            ("hang error hang", "hang is there twice"),
        ] {
            assert_eq!(parse([text]).unwrap_err().to_string(), error, "{text}");
        }
        let long = "x".repeat(5_000);
        assert!(parse([long.as_str()]).unwrap_err().to_string().len() < 200);
    }
}
