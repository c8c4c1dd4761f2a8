//! The sentences of failures in Korean.

use super::says::{Field, Place, Says};
use crate::count::Count;

/// The failure as a sentence, which says where a condition demands it.
pub fn sentence(failure: &Says, is_conditional: bool) -> String {
    let when = if is_conditional {
        "조건이 성립하므로, "
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
                .map(|other| format!(" ({} 하나 있습니다)", place(other)));
            let (wanted, elsewhere) = (count(*wanted), elsewhere.unwrap_or_default());
            format!(
                "{span}: {} {wanted} 있어야 하는데 {found}개 있습니다{elsewhere}",
                place(at)
            )
        }
        Says::Unexpected { span, place: at } => {
            format!("{span}: {} 있으면 안 되는데 있습니다", place(at))
        }
        Says::Differs {
            of,
            field: name,
            expected,
            actual,
        } => {
            let name = field(name);
            match (expected.as_deref(), actual) {
                (Some(expected), Some(actual)) => {
                    format!("{of}: {name} 예상 값은 {expected}, 실제 값은 {actual}")
                }
                (Some("*"), None) => format!("{of}: {name} 값이 없습니다. 어떤 값이든 있어야 합니다"),
                (Some(expected), None) => format!("{of}: {name} 값이 없습니다. 예상 값은 {expected}"),
                (None, actual) => {
                    let actual = actual.as_deref().unwrap_or("있음");
                    format!("{of}: {name} 값이 없어야 합니다. 실제 값은 {actual}")
                }
            }
        }
        Says::Order { place: at, actual } => {
            format!(
                "{} 있는 span의 시작 순서가 다릅니다: {}",
                place(at),
                actual.join(", ")
            )
        }
        Says::Lines { line, wanted, found } => {
            format!("로그 {line}: {} 있어야 하는데 {found}개 있습니다", count(*wanted))
        }
        Says::Wires {
            to,
            wanted,
            found,
            seen,
        } => {
            let seen = if seen.is_empty() {
                "없음".to_owned()
            } else {
                seen.join(", ")
            };
            let wanted = count(*wanted);
            format!("{to}: 받은 요청이 {wanted} 있어야 하는데 {found}개 있습니다 (확인된 요청: {seen})")
        }
        Says::NoAnswer => "응답이 없습니다".to_owned(),
        Says::NoSpans => "span이 하나도 없습니다".to_owned(),
        Says::Relation { relation, times } => format!("{relation}: 성립하지 않습니다. {times}"),
        Says::NoTime { label } => format!("{label}: span에 시작 시각이나 길이가 없습니다"),
        Says::NoLabel { label } => format!("{label}: 이 레이블이 붙은 span이 기대 조건에 없습니다"),
        Says::TooMuch => {
            "비교할 것이 너무 많습니다. 비슷한 span을 줄이거나 더 작은 트레이스로 확인하세요".to_owned()
        }
    }
}

fn count(count: Count) -> String {
    match (count.min, count.max) {
        (min, Some(max)) if min == max => format!("{min}개"),
        (0, Some(max)) => format!("{max}개 이하"),
        (min, Some(max)) => format!("{min}~{max}개"),
        (min, None) => format!("{min}개 이상"),
    }
}

fn place(place: &Place) -> String {
    match place {
        Place::Anywhere => "트레이스에".to_owned(),
        Place::Top => "parent id 없이 맨 위에".to_owned(),
        Place::Orphan => "부모 span이 트레이스에 없는 채로 맨 위에".to_owned(),
        Place::Below(span) => format!("{span} 아래에"),
    }
}

fn field(field: &Field) -> String {
    match field {
        Field::Service => "서비스의".to_owned(),
        Field::Name => "이름의".to_owned(),
        Field::Kind => "kind의".to_owned(),
        Field::RemoteService => "상대 서비스의".to_owned(),
        Field::Tag(key) => format!("태그 {key}의"),
        Field::Annotation => "annotation의".to_owned(),
        Field::Error => "태그 error의".to_owned(),
        Field::Duration => "길이의".to_owned(),
        Field::Header(name) => format!("헤더 {name}의"),
        Field::Status => "상태 코드의".to_owned(),
        Field::Body => "본문의".to_owned(),
    }
}
