//! Log lines, headers and the answer.

use std::collections::BTreeMap;

use crate::{
    count::Count,
    expected::{AnswerExpectation, Expectation, HeadersExpectation, LineExpectation, Value},
    failure::{Concept, Failure, Field, Says},
    line::LogLine,
    observed::{Answer, Observed},
    text::{Given, Text},
};

/// Longer quotes are cut.
const MAX_QUOTE: usize = 500;

/// The trace id that the answer names.
pub fn trace_id(observed: &Observed) -> Option<String> {
    let mut headers = observed.answer.as_ref()?.headers.iter();
    let (_, id) = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-trace-id"))?;
    Some(id.clone())
}

/// Notes what is not as expected.
pub fn check(expected: &Expectation, observed: &Observed, given: &Given, failures: &mut Vec<Failure>) {
    for each in &expected.headers {
        wires(each, observed, given, failures);
    }
    for each in &expected.lines {
        failures.extend(lines(each, &observed.lines, given));
    }
    match (&expected.answer, &observed.answer) {
        (Some(expected), Some(actual)) => answer(expected, actual, given, failures),
        (Some(_), None) => failures.push(Failure::new(Concept::Answer, Says::NoAnswer)),
        (None, _) => {}
    }
}

fn lines(expected: &LineExpectation, lines: &[LogLine], given: &Given) -> Option<Failure> {
    let wanted = expected.count.unwrap_or(Count::SOME);
    let is_named = |line: &&LogLine| is_named(expected, line, given);
    let is_whole = |line: &&LogLine| is_named(line) && has_fields(expected, line, given);
    let found = lines.iter().filter(is_whole).count();
    (!wanted.holds(found)).then(|| {
        // A line too many, or the one that lacks a field, or one with the text.
        let has_text = |line: &&LogLine| fits(expected.text.as_ref(), &line.message, given);
        let quoted = if wanted.is_over(found) {
            lines.iter().find(is_whole)
        } else {
            lines
                .iter()
                .find(is_named)
                .or_else(|| lines.iter().find(has_text))
        };
        let lacks_field = !wanted.is_over(found) && lines.iter().any(|line| is_named(&line));
        let concept = if lacks_field && !expected.fields.is_empty() {
            Concept::Mdc
        } else {
            Concept::Logs
        };
        let line = described(expected);
        let quote = quoted.map(|line| cut(&line.raw));
        Failure::new(concept, Says::Lines { line, wanted, found }).quoting(quote)
    })
}

fn fits(text: Option<&Text>, actual: &str, given: &Given) -> bool {
    text.is_none_or(|text| text.fits(actual, given))
}

fn is_named(expected: &LineExpectation, line: &LogLine, given: &Given) -> bool {
    let service = expected.service.as_ref();
    fits(expected.text.as_ref(), &line.message, given)
        && service.is_none_or(|text| text.fits_name(&line.service, given))
        && expected
            .level
            .as_ref()
            .is_none_or(|text| text.fits_name(&line.level, given))
}

fn has_fields(expected: &LineExpectation, line: &LogLine, given: &Given) -> bool {
    expected
        .fields
        .iter()
        .all(|(name, text)| match (text, line.field(name)) {
            (Some(text), Some(actual)) => text.fits(actual, given),
            (text, actual) => text.is_none() && actual.is_none(),
        })
}

/// `INFO orders "getOrder 1" userId=terry`
fn described(expected: &LineExpectation) -> String {
    let mut parts: Vec<String> = [&expected.level, &expected.service]
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    parts.extend(expected.text.as_ref().map(|text| format!("“{text}”")));
    let fields = expected.fields.iter();
    parts.extend(fields.map(|(name, text)| {
        format!(
            "{name}={}",
            text.as_ref().map_or_else(|| "–".to_owned(), Text::to_string)
        )
    }));
    parts.join(" ")
}

fn wires(expected: &HeadersExpectation, observed: &Observed, given: &Given, failures: &mut Vec<Failure>) {
    let to = &expected.to;
    let own: Vec<_> = observed
        .wires
        .iter()
        .filter(|wire| wire.to.eq_ignore_ascii_case(to))
        .collect();
    let wanted = expected.count.unwrap_or(Count::SOME);
    if !wanted.holds(own.len()) {
        let mut seen: Vec<String> = observed.wires.iter().map(|wire| wire.to.clone()).collect();
        seen.dedup();
        seen.truncate(9);
        let says = Says::Wires {
            to: to.clone(),
            wanted,
            found: own.len(),
            seen,
        };
        failures.push(Failure::new(Concept::Headers, says));
    }
    for wire in own {
        compare(to, &expected.headers, &wire.headers, given, failures);
    }
}

/// Each header; each value of one that is repeated.
fn compare(
    of: &str,
    expected: &BTreeMap<String, Value>,
    actual: &[(String, String)],
    given: &Given,
    failures: &mut Vec<Failure>,
) {
    for (name, text) in expected {
        let values: Vec<&str> = actual
            .iter()
            .filter(|(each, _)| each.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        let wrong = match text {
            Some(text) => values.iter().find(|value| !text.fits(value, given)),
            None => values.first(),
        };
        if wrong.is_none() && (text.is_none() || !values.is_empty()) {
            continue;
        }
        let says = Says::Differs {
            of: of.to_owned(),
            field: Field::Header(name.clone()),
            expected: text.as_ref().map(Text::to_string),
            actual: wrong.map(|value| cut(value)),
        };
        let quote = wrong.map(|value| cut(&format!("{name}: {value}")));
        failures.push(Failure::new(Concept::of_header(name), says).quoting(quote));
    }
}

fn answer(expected: &AnswerExpectation, actual: &Answer, given: &Given, failures: &mut Vec<Failure>) {
    let differs = |field, expected: String, actual: String| Says::Differs {
        of: "answer".to_owned(),
        field,
        expected: Some(expected),
        actual: Some(actual),
    };
    if let Some(status) = expected.status.filter(|&status| status != actual.status) {
        let says = differs(Field::Status, status.to_string(), actual.status.to_string());
        failures.push(Failure::new(Concept::Answer, says).quoting(cut(&actual.body)));
    }
    compare("answer", &expected.headers, &actual.headers, given, failures);
    for text in expected
        .body
        .iter()
        .filter(|text| !text.fits(&actual.body, given))
    {
        let says = differs(Field::Body, text.to_string(), cut(&actual.body));
        failures.push(Failure::new(Concept::Answer, says));
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
