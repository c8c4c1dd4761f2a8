//! The sentences of failures in English.

use super::says::{Field, Place, Says};

/// The failure as a sentence, which says where a condition demands it.
pub fn sentence(failure: &Says, is_conditional: bool) -> String {
    let when = if is_conditional {
        "as the condition holds: "
    } else {
        ""
    };
    format!("{when}{}", says(failure))
}

fn says(says: &Says) -> String {
    match says {
        Says::Count {
            span,
            wanted,
            found,
            place: at,
            elsewhere,
        } => {
            let elsewhere = elsewhere
                .as_ref()
                .map(|other| format!("; one stands {}", place(other)));
            let elsewhere = elsewhere.unwrap_or_default();
            format!(
                "{span}: expected {wanted} {}, found {found}{elsewhere}",
                place(at)
            )
        }
        Says::Unexpected { span, place: at } => format!("{span} {} was not expected", place(at)),
        Says::Differs {
            of,
            field: name,
            expected,
            actual,
        } => {
            let name = field(name);
            match (expected.as_deref(), actual) {
                (Some(expected), Some(actual)) => format!("{of}: {name} is {actual}, expected {expected}"),
                (Some("*"), None) => format!("{of}: {name} is absent, expected any value"),
                (Some(expected), None) => format!("{of}: {name} is absent, expected {expected}"),
                (None, actual) => {
                    let actual = actual.as_deref().unwrap_or("there");
                    format!("{of}: {name} is {actual}, expected to be absent")
                }
            }
        }
        Says::Order { place: at, actual } => {
            format!(
                "the spans {} start in another order: {}",
                place(at),
                actual.join(", ")
            )
        }
        Says::Lines { line, wanted, found } => format!("log line {line}: expected {wanted}, found {found}"),
        Says::Wires {
            to,
            wanted,
            found,
            seen,
        } => {
            let seen = if seen.is_empty() {
                "none".to_owned()
            } else {
                seen.join(", ")
            };
            format!("requests to {to}: expected {wanted}, found {found} (seen: {seen})")
        }
        Says::NoAnswer => "no answer was seen".to_owned(),
        Says::NoSpans => "no span was seen".to_owned(),
        Says::Relation { relation, times } => format!("{relation}: does not hold, {times}"),
        Says::NoTime { label } => format!("{label}: the span has no start or no duration"),
        Says::NoLabel { label } => format!("{label}: no expected span has this label"),
        Says::TooMuch => {
            "too much to compare: expect fewer spans that are alike, or a smaller trace".to_owned()
        }
    }
}

fn place(place: &Place) -> String {
    match place {
        Place::Anywhere => "in the trace".to_owned(),
        Place::Top => "at the top, without a parent id".to_owned(),
        Place::Orphan => "at the top, below a parent that is not in the trace".to_owned(),
        Place::Below(span) => format!("below {span}"),
    }
}

fn field(field: &Field) -> String {
    match field {
        Field::Service => "the service".to_owned(),
        Field::Name => "the name".to_owned(),
        Field::Kind => "the kind".to_owned(),
        Field::RemoteService => "the remote service".to_owned(),
        Field::Tag(key) => format!("the tag {key}"),
        Field::Annotation => "the annotation".to_owned(),
        Field::Error => "the tag error".to_owned(),
        Field::Duration => "the duration".to_owned(),
        Field::Header(name) => format!("the header {name}"),
        Field::Status => "the status".to_owned(),
        Field::Body => "the body".to_owned(),
    }
}
