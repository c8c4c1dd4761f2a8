//! Lines as JSON: what the page shows, for a program.

use serde_json::{Map, Value, json};
use zipkin::utc;

use super::groups::Group;
use crate::lines::{Found, Line};

/// Lines by time.
pub fn lines(found: &Found) -> Value {
    let lines: Vec<Value> = found.lines.iter().map(line).collect();
    json!({"lines": lines, "hasMore": found.has_more, "latest": found.latest})
}

/// Groups, the largest first.
pub fn groups(groups: &[Group<'_>], found: &Found) -> Value {
    let groups = groups
        .iter()
        .map(|group| json!({"count": group.count, "latest": line(group.latest)}));
    let groups: Vec<Value> = groups.collect();
    json!({"groups": groups, "hasMore": found.has_more, "latest": found.latest})
}

fn line(line: &Line) -> Value {
    let values = line.values.iter();
    let values = values.map(|(key, value)| (key.to_string(), (**value).into()));
    json!({
        "number": line.number,
        "time": format!("{}T{}Z", utc::date(line.time), utc::time_of_day(line.time)),
        "timeUs": line.time,
        "level": line.level.map(|level| level.name()),
        "service": line.service,
        "traceId": line.trace_id.map(|id| id.to_string()),
        "spanId": line.span_id.map(|id| id.to_string()),
        "values": values.collect::<Map<String, Value>>(),
        "message": line.message,
    })
}
