//! A log line in any of our formats: text, logback, gcp, ecs, and the short one of a terminal.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Lines as a terminal prints them.
mod short;

/// A log line. A part that the line does not say is empty; a line of no format of ours is all message.
///
/// ```
/// use expect::LogLine;
///
/// let line = r#"{"timestamp":"2026-11-24T07:17:19.050Z","level":"WARN","mdc":{"traceId":"1a","userId":"terry"},"message":"slow"}"#;
/// let line = LogLine::read(line).unwrap();
/// assert_eq!((line.level.as_str(), line.field("userId")), ("WARN", Some("terry")));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// Date and time in ISO 8601; of a short line the time of day alone.
    pub time: String,
    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    pub level: String,
    /// The service that wrote the line.
    pub service: String,
    /// In lower case; of a short line the first eight digits.
    pub trace_id: String,
    /// The span that was current.
    pub span_id: String,
    /// Values that the request carries (the MDC), by name.
    pub values: BTreeMap<String, String>,
    /// The message, with the event's fields where the format has them there.
    pub message: String,
    /// Fields of the event, where they are kept apart from the message.
    pub fields: BTreeMap<String, String>,
    /// The line itself.
    pub raw: String,
}

impl LogLine {
    /// Reads a line, with or without the prefix that compose and `hop up` put before it; nothing for an empty one.
    pub fn read(text: &str) -> Option<Self> {
        let raw = text.trim_end();
        (!raw.is_empty()).then_some(())?;
        let uncoloured = without_colours(raw);
        let text = uncoloured.as_deref().unwrap_or(raw);
        let of_ours = |text: &str| {
            from_json(text)
                .or_else(|| from_text(text))
                .or_else(|| from_short(text))
        };
        let prefixed = || {
            let (prefix, rest) = text.split_once("| ")?;
            let mut line = of_ours(rest)?;
            if line.service.is_empty() {
                line.service = without_number(prefix.trim()).to_owned();
            }
            Some(line)
        };
        let plain = || Self {
            message: text.to_owned(),
            ..Self::default()
        };
        let line = of_ours(text).or_else(prefixed).unwrap_or_else(plain);
        let raw = raw.to_owned();
        Some(Self { raw, ..line })
    }

    /// A value of the request's, a field of the event, or the line's own `traceId` or `spanId`.
    pub fn field(&self, name: &str) -> Option<&str> {
        let own = |text| (!str::is_empty(text)).then_some(text);
        match name {
            "traceId" => own(&self.trace_id),
            "spanId" => own(&self.span_id),
            _ => self
                .values
                .get(name)
                .or_else(|| self.fields.get(name))
                .map(String::as_str),
        }
    }

    /// Whether the trace id begins with these digits, or is a short line's beginning of them. Google wants ids of 64 bits filled
    /// up with zeros.
    pub fn is_of(&self, digits: &str) -> bool {
        if self.trace_id.len() == short::ID {
            return self.trace_id.starts_with(digits) || digits.starts_with(&self.trace_id);
        }
        let short = self.trace_id.trim_start_matches('0');
        let digits_short = digits.trim_start_matches('0');
        self.trace_id.starts_with(digits) || (!digits_short.is_empty() && short.starts_with(digits_short))
    }
}

/// The text without the sequences that colour it on a terminal; nothing where there are none.
fn without_colours(text: &str) -> Option<String> {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next()?.to_owned();
    let mut found = None;
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match rest.strip_prefix('m') {
            Some(rest) => (found, plain) = (Some(()), plain + rest),
            None => plain = plain + "\u{1b}[" + piece,
        }
    }
    found.map(|()| plain)
}

/// Compose numbers its containers: `orders-1`.
fn without_number(container: &str) -> &str {
    let name = container.trim_end_matches(|c: char| c.is_ascii_digit());
    name.trim_end_matches('-')
}

fn from_json(text: &str) -> Option<LogLine> {
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
    let line = LogLine {
        time: text(&["time", "@timestamp", "timestamp"]),
        level: if level == "WARNING" { "WARN".into() } else { level },
        service: inner("serviceContext", "service").unwrap_or_else(|| text(&["service.name"])),
        trace_id: inner("mdc", "traceId").unwrap_or(trace).to_lowercase(),
        span_id: inner("mdc", "spanId")
            .unwrap_or_else(|| text(&["logging.googleapis.com/spanId", "span.id"])),
        values: values(&object),
        message: message.join(" ").trim_end().to_owned(),
        ..LogLine::default()
    };
    (!line.time.is_empty()).then_some(line)
}

/// Values that the request carries: logback and Google have an object for it, ECS has names without a dot beside those of its own. The ids
/// have places of their own.
fn values(object: &Map<String, Value>) -> BTreeMap<String, String> {
    let ids = ["traceId", "spanId", "parentId", "spanExportable"];
    let inner = ["mdc", "logging.googleapis.com/labels"];
    let inner = inner.iter().find_map(|name| object.get(*name)?.as_object());
    let is_ecs = inner.is_none() && object.contains_key("ecs.version");
    let members = inner.or_else(|| is_ecs.then_some(object)).into_iter().flatten();
    let is_own = |key: &str| is_ecs && (key.contains(['.', '@']) || key == "message");
    let members = members.filter(|(key, _)| !ids.contains(&key.as_str()) && !is_own(key));
    let texts = members.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    texts.collect()
}

/// Values that a line of text carries stand before its message.
fn without_values(text: &str) -> (BTreeMap<String, String>, &str) {
    let (mut values, mut rest) = (BTreeMap::new(), text);
    while let Some((word, after)) = rest.split_once(' ') {
        let is_name =
            |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        let Some((key, value)) = word.split_once('=').filter(|(key, _)| is_name(key)) else {
            break;
        };
        values.insert(key.to_owned(), value.to_owned());
        rest = after;
    }
    (values, rest)
}

/// `2026-11-24 07:17:19.097  INFO [service,traceId,spanId,true] 12 --- [thread] logger : message`
fn from_text(text: &str) -> Option<LogLine> {
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
    Some(LogLine {
        time: format!("{date}T{time}Z"),
        level: level.to_owned(),
        service: ids.next()?,
        trace_id: ids.next().unwrap_or_default().to_lowercase(),
        span_id: ids.next().unwrap_or_default(),
        values,
        message: message.to_owned(),
        ..LogLine::default()
    })
}

/// `07:17:19.097 INFO  463ac35c userId=terry orderId=1 message`
fn from_short(text: &str) -> Option<LogLine> {
    let short = short::read(text)?;
    let (values, message) = without_values(short.rest);
    Some(LogLine {
        time: short.time.to_owned(),
        level: short.level.to_owned(),
        trace_id: short.id.to_lowercase(),
        values,
        message: message.to_owned(),
        ..LogLine::default()
    })
}

#[cfg(test)]
mod tests;
