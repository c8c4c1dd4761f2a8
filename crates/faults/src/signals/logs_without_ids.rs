//! `logs-without-ids`: the service's log lines belong to no trace.

use crate::kind::{Entry, Kind, Place, bare};

/// The trace is whole. The service's lines have neither trace id nor span id, so that a search for the id finds the lines of the other services alone; `userId` and
/// `orderId` are still there.
pub const LOGS_WITHOUT_IDS: Entry = Entry {
    name: "logs-without-ids",
    value: "",
    place: Place::Lines,
    shows: "the trace is whole; the service's log lines have neither trace id nor span id",
    read: |value| bare(value, Kind::LogsWithoutIds),
};

/// The members that name a trace or a span, in each format that is JSON.
const MEMBERS: [&str; 9] = [
    "traceId",
    "spanId",
    "parentId",
    "spanExportable",
    "trace.id",
    "span.id",
    "logging.googleapis.com/trace",
    "logging.googleapis.com/spanId",
    "logging.googleapis.com/trace_sampled",
];

/// The line without its ids; nothing where it has none.
pub fn strip(line: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(line).ok()?;
    let stripped = if text.starts_with('{') {
        strip_json(text)
    } else {
        strip_text(text)?
    };
    (stripped != text).then(|| stripped.into_bytes())
}

/// `[orders,463ac35c…,a2fb4a1d…,true] 7 --- [` → `[orders,,,] 7 --- [`
fn strip_text(text: &str) -> Option<String> {
    let thread = text.find(" --- [")?;
    let (head, rest) = text.split_at(text.get(..thread)?.rfind(']')?);
    let mut fields = head.rsplitn(4, ',');
    let service = fields.nth(3)?;
    Some(format!("{service},,,{rest}"))
}

/// A quote within a value is escaped, so that `"traceId":` can only be a member.
fn strip_json(text: &str) -> String {
    let mut left = text.to_owned();
    for name in MEMBERS {
        let member = format!("\"{name}\":");
        while let Some(start) = left.find(&member) {
            let value = left.split_at(start + member.len()).1;
            let length = length(value);
            let end = start + member.len() + length;
            let is_followed = left.as_bytes().get(end) == Some(&b',');
            let is_preceded = left.split_at(start).0.ends_with(',');
            let (start, end) = match (is_followed, is_preceded) {
                (true, _) => (start, end + 1),
                (false, true) => (start - 1, end),
                (false, false) => (start, end),
            };
            left.replace_range(start..end, "");
        }
    }
    left.replace(",\"mdc\":{}", "")
}

/// The length of an id or a flag, its quotes included.
fn length(value: &str) -> usize {
    let mut quotes = value.match_indices('"').map(|(place, _)| place + 1);
    match value.strip_prefix('"') {
        Some(_) => quotes.nth(1).unwrap_or(value.len()),
        None => value.find([',', '}']).unwrap_or(value.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_each_format_lose_their_ids_alone() {
        for (line, stripped) in [
            (
                "2026-11-24 07:17:19.097  INFO [orders,463ac35c,a2fb4a1d,true] 7 --- [main] orders::routes : userId=terry a --- [b] traceId",
                "2026-11-24 07:17:19.097  INFO [orders,,,] 7 --- [main] orders::routes : userId=terry a --- [b] traceId",
            ),
            (
                r#"{"timestamp":"t","level":"INFO","thread":"m","mdc":{"traceId":"463a","spanId":"a2fb","spanExportable":"true","userId":"terry"},"logger":"l","message":"\"traceId\":\"1\"","context":"default"}"#,
                r#"{"timestamp":"t","level":"INFO","thread":"m","mdc":{"userId":"terry"},"logger":"l","message":"\"traceId\":\"1\"","context":"default"}"#,
            ),
            (
                r#"{"timestamp":"t","mdc":{"traceId":"463a","spanId":"a2fb","spanExportable":"true"},"logger":"l"}"#,
                r#"{"timestamp":"t","logger":"l"}"#,
            ),
            (
                r#"{"@timestamp":"t","trace.id":"463a","span.id":"a2fb","userId":"terry"}"#,
                r#"{"@timestamp":"t","userId":"terry"}"#,
            ),
            (
                r#"{"severity":"INFO","logging.googleapis.com/trace":"projects/p/traces/463a","logging.googleapis.com/spanId":"a2fb","logging.googleapis.com/trace_sampled":true}"#,
                r#"{"severity":"INFO"}"#,
            ),
        ] {
            let left = strip(line.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(left).unwrap(), stripped);
        }
        for line in ["", "no such line", "{}", "{\"message\":\"m\"}"] {
            assert_eq!(strip(line.as_bytes()), None, "{line}");
        }
    }
}
