//! What one log line says, in each of our formats.

use serde_json::{Map, Value, json};

use crate::{
    draw::text::{clean, pad},
    screen::{DIM, Paint, RED},
};

/// A log line. What it does not say is empty; a line of no format of ours is all message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Date and time in ISO 8601.
    time: String,
    level: String,
    service: String,
    trace_id: String,
    span_id: String,
    /// What the request carries, as text.
    values: String,
    message: String,
}

impl Line {
    /// Reads a line, with or without the prefix that compose and `hop up` put before it; nothing for an empty one.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_end();
        (!text.is_empty()).then_some(())?;
        let behind_prefix = text.split_once("| ").map(|(prefix, rest)| (prefix.trim(), rest));
        let of_ours = |text: &str| from_json(text).or_else(|| from_text(text));
        let prefixed = || {
            let (prefix, rest) = behind_prefix?;
            let mut line = of_ours(rest)?;
            if line.service.is_empty() {
                // Compose numbers its containers.
                line.service = prefix
                    .trim_end_matches(|c: char| c.is_ascii_digit())
                    .trim_end_matches('-')
                    .to_owned();
            }
            Some(line)
        };
        let plain = || Self {
            message: text.to_owned(),
            ..Self::default()
        };
        Some(of_ours(text).or_else(prefixed).unwrap_or_else(plain))
    }

    /// Whether its trace id begins with these digits. Google wants ids of 64 bits filled up with zeros.
    pub fn is_of(&self, digits: &str) -> bool {
        let short = self.trace_id.trim_start_matches('0');
        let digits_short = digits.trim_start_matches('0');
        self.trace_id.starts_with(digits) || (!digits_short.is_empty() && short.starts_with(digits_short))
    }

    /// What lines are sorted by.
    pub fn order(&self) -> &str {
        // A zone, and more digits than milliseconds, would only make equal times differ.
        self.time.trim_end_matches('Z')
    }

    /// `07:17:19.097 INFO  463ac35c orders userId=terry message`
    pub fn text(&self, paint: Paint) -> String {
        if self.time.is_empty() {
            return clean(&self.message);
        }
        let time = self.time.split_once('T').map_or(&*self.time, |(_, time)| time);
        let time: String = time.trim_end_matches('Z').chars().take(12).collect();
        let level = pad(&clean(&self.level), 5);
        let level = if self.level == "ERROR" {
            paint.style(RED, &level)
        } else {
            level
        };
        let id: String = self.trace_id.trim_start_matches('0').chars().take(8).collect();
        let parts = [
            paint.style(DIM, &clean(&time)),
            level,
            pad(&clean(&id), 8),
            clean(&self.service),
            clean(&self.values),
            clean(&self.message),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    /// The same for a program.
    pub fn json(&self) -> String {
        json!({
            "time": self.time,
            "level": self.level,
            "service": self.service,
            "traceId": self.trace_id,
            "spanId": self.span_id,
            "values": self.values,
            "message": self.message,
        })
        .to_string()
    }
}

fn from_json(text: &str) -> Option<Line> {
    let object: Map<String, Value> = serde_json::from_str(text).ok()?;
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| object.get(*name)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let inner = |outer: &str, name: &str| object.get(outer)?.get(name)?.as_str().map(str::to_owned);
    let trace = text(&["logging.googleapis.com/trace", "trace.id"]);
    let trace = trace.rsplit('/').next().unwrap_or_default().to_owned();
    let message = [text(&["message"]), text(&["exception", "error.message"])];
    let level = text(&["severity", "log.level", "level"]);
    let line = Line {
        time: text(&["time", "@timestamp", "timestamp"]),
        level: if level == "WARNING" { "WARN".into() } else { level },
        service: inner("serviceContext", "service").unwrap_or_else(|| text(&["service.name"])),
        trace_id: inner("mdc", "traceId").unwrap_or(trace).to_lowercase(),
        span_id: inner("mdc", "spanId")
            .unwrap_or_else(|| text(&["logging.googleapis.com/spanId", "span.id"])),
        values: carried(&object),
        message: message.join(" ").trim_end().to_owned(),
    };
    (!line.time.is_empty()).then_some(line)
}

/// What the request carries: logback and Google have an object for it, ECS has names without a dot beside those of its own.
fn carried(object: &Map<String, Value>) -> String {
    let inner = ["mdc", "logging.googleapis.com/labels"];
    let inner = inner.iter().find_map(|name| object.get(*name)?.as_object());
    let is_ecs = object.contains_key("ecs.version");
    match inner {
        Some(inner) => values(inner, |_| true),
        None if is_ecs => values(object, |key| !key.contains(['.', '@']) && key != "message"),
        None => String::new(),
    }
}

/// The ids have places of their own. Who asked goes first, then what for.
fn values(object: &Map<String, Value>, is_meant: impl Fn(&str) -> bool) -> String {
    let ids = ["traceId", "spanId", "parentId", "spanExportable"];
    let values = object
        .iter()
        .filter(|(key, _)| !ids.contains(&key.as_str()) && is_meant(key));
    let mut values: Vec<(&String, &str)> = values
        .filter_map(|(key, value)| Some((key, value.as_str()?)))
        .collect();
    values.sort_by_key(|(key, _)| key.as_str() != "userId");
    let values = values.iter().map(|(key, value)| format!("{key}={value}"));
    values.collect::<Vec<_>>().join(" ")
}

/// What a line of text carries stands before its message.
fn without_values(text: &str) -> (String, &str) {
    let (mut values, mut rest) = (Vec::new(), text);
    while let Some((word, after)) = rest.split_once(' ') {
        let is_value = word.split_once('=').is_some_and(|(key, _)| {
            !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
        });
        if !is_value {
            break;
        }
        values.push(word);
        rest = after;
    }
    (values.join(" "), rest)
}

/// `2026-11-24 07:17:19.097  INFO [service,traceId,spanId,true] 12 --- [thread] logger : message`
fn from_text(text: &str) -> Option<Line> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix(' ')?.split_at_checked(12)?;
    let is_time = |text: &str, separators: [u8; 2]| {
        let is_expected = |byte: u8| byte.is_ascii_digit() || separators.contains(&byte);
        text.bytes().all(is_expected)
    };
    (is_time(date, [b'-'; 2]) && is_time(time, [b':', b'.'])).then_some(())?;
    let (level, rest) = rest.trim_start().split_once(" [")?;
    let (ids, rest) = rest.split_once(']')?;
    let mut ids = ids.split(',').map(str::to_owned);
    let (_, message) = rest.split_once(" : ")?;
    let (values, message) = without_values(message);
    Some(Line {
        time: format!("{date}T{time}Z"),
        level: level.to_owned(),
        service: ids.next()?,
        trace_id: ids.next().unwrap_or_default().to_lowercase(),
        span_id: ids.next().unwrap_or_default(),
        values,
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line, as each of our formats has it.
    const LINES: [&str; 4] = [
        "2026-11-28 23:30:22.948  INFO [orders,901c9ce2,79897d9d,true] 30160 --- [main] orders::routes : userId=terry orderId=1 got it",
        r#"{"timestamp":"2026-11-28T23:30:22.948Z","level":"INFO","mdc":{"traceId":"901c9ce2","spanId":"79897d9d","parentId":"1",
            "spanExportable":"true","userId":"terry","orderId":"1"},"logger":"orders::routes","message":"got it","context":"default"}"#,
        r#"{"severity":"INFO","time":"2026-11-28T23:30:22.948Z","message":"got it","logger":"orders::routes",
            "serviceContext":{"service":"orders"},"logging.googleapis.com/trace":"projects/p/traces/901c9ce2",
            "logging.googleapis.com/spanId":"79897d9d","logging.googleapis.com/labels":{"userId":"terry","orderId":"1"}}"#,
        r#"{"@timestamp":"2026-11-28T23:30:22.948Z","log.level":"INFO","message":"got it","ecs.version":"1.2.0",
            "service.name":"orders","trace.id":"901c9ce2","span.id":"79897d9d","userId":"terry","orderId":"1"}"#,
    ];

    #[test]
    fn each_format_says_the_same_with_and_without_a_prefix() {
        for line in LINES {
            let line = line.replace("\n            ", "");
            for prefix in ["", "orders-1  | ", "three-hops-orders-1  | ", "orders    | "] {
                let read = Line::read(&format!("{prefix}{line}")).unwrap();
                let shown = read.text(Paint(false));
                // Only a prefix names the service of a logback line.
                let shown = shown.replace("three-hops-", "").replace(" orders ", " ");
                assert_eq!(
                    shown, "23:30:22.948 INFO  901c9ce2 userId=terry orderId=1 got it",
                    "{prefix}{line}"
                );
                let json: Value = serde_json::from_str(&read.json()).unwrap();
                assert_eq!(
                    (&json["values"], &json["message"], &json["spanId"]),
                    (
                        &"userId=terry orderId=1".into(),
                        &"got it".into(),
                        &"79897d9d".into()
                    )
                );
            }
        }
    }

    #[test]
    fn only_what_stands_before_a_message_is_carried() {
        for (text, values, message) in [
            ("got it", "", "got it"),
            ("userId= got a=b", "userId=", "got a=b"),
            ("=x got it", "", "=x got it"),
            ("a|b=c got it", "", "a|b=c got it"),
            ("userId=terry", "", "userId=terry"),
        ] {
            assert_eq!(without_values(text), (values.to_owned(), message));
        }
    }
}
