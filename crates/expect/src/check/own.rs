//! Whether a span by itself is as expected, whatever is below it.

use zipkin::{Kind, Span};

use crate::{
    expected::{SpanExpectation, SpanKind},
    failure::{Concept, Field},
    text::{Given, Text},
};

/// A value of a span that is not as expected.
#[derive(Debug)]
pub struct Difference {
    pub concept: Concept,
    pub field: Field,
    /// None where it has to be absent.
    pub expected: Option<String>,
    /// None where it is absent.
    pub actual: Option<String>,
}

/// The values that are not as expected.
pub fn differences(expected: &SpanExpectation, span: &Span, given: &Given) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut name = |text: &Option<Text>, actual: Option<&str>, field: Field| {
        let Some(text) = text else { return };
        if !actual.is_some_and(|actual| text.fits_name(actual, given)) {
            found.push(Difference {
                concept: Concept::Naming,
                field,
                expected: Some(text.to_string()),
                actual: actual.map(str::to_owned),
            });
        }
    };
    name(&expected.service, span.local_service(), Field::Service);
    name(&expected.name, span.name.as_deref(), Field::Name);
    name(&expected.remote, span.remote_service(), Field::RemoteService);
    found.extend(kind(expected, span));
    found.extend(tags(expected, span, given));
    found.extend(annotations(expected, span, given));
    found.extend(error(expected, span));
    found.extend(duration(expected, span));
    found
}

fn kind(expected: &SpanExpectation, span: &Span) -> Option<Difference> {
    let wanted = expected.kind?;
    let actual = span.kind.map_or(SpanKind::Local, SpanKind::Remote);
    (wanted != actual).then(|| Difference {
        concept: Concept::Kind,
        field: Field::Kind,
        expected: Some(kind_name(wanted).to_owned()),
        actual: Some(kind_name(actual).to_owned()),
    })
}

/// `CLIENT`, or `local`.
pub fn kind_name(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Remote(kind) => Kind::as_str(kind),
        SpanKind::Local => "local",
    }
}

fn tags<'a>(
    expected: &'a SpanExpectation,
    span: &'a Span,
    given: &'a Given,
) -> impl Iterator<Item = Difference> + 'a {
    expected.tags.iter().filter_map(move |(key, text)| {
        let actual = span.tags.get(key);
        let is_right = match (text, actual) {
            (Some(text), Some(actual)) => text.fits(actual, given),
            (text, actual) => text.is_none() && actual.is_none(),
        };
        (!is_right).then(|| Difference {
            concept: Concept::Tags,
            field: Field::Tag(key.clone()),
            expected: text.as_ref().map(Text::to_string),
            actual: actual.cloned(),
        })
    })
}

fn annotations<'a>(
    expected: &'a SpanExpectation,
    span: &'a Span,
    given: &'a Given,
) -> impl Iterator<Item = Difference> + 'a {
    let is_missing = |text: &&Text| !span.annotations.iter().any(|each| text.fits(&each.value, given));
    expected
        .annotations
        .iter()
        .filter(is_missing)
        .map(|text| Difference {
            concept: Concept::Tags,
            field: Field::Annotation,
            expected: Some(text.to_string()),
            actual: span.annotations.first().map(|each| each.value.clone()),
        })
}

fn error(expected: &SpanExpectation, span: &Span) -> Option<Difference> {
    let actual = span.tags.get("error");
    let wanted = expected.error?;
    (wanted != actual.is_some()).then(|| Difference {
        concept: Concept::Errors,
        field: Field::Error,
        expected: wanted.then(|| "*".to_owned()),
        actual: actual.cloned(),
    })
}

fn duration(expected: &SpanExpectation, span: &Span) -> Option<Difference> {
    let (min, max) = expected.duration_us?;
    let is_right = |duration: u64| duration >= min && max.is_none_or(|max| duration <= max);
    (!span.duration.is_some_and(is_right)).then(|| Difference {
        concept: Concept::Timing,
        field: Field::Duration,
        expected: Some(max.map_or_else(|| format!("{min} µs…"), |max| format!("{min}…{max} µs"))),
        actual: span.duration.map(|duration| format!("{duration} µs")),
    })
}
