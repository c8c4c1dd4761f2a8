//! `clock=-2s`: the service's clock is wrong.

use serde_json::Value;

use crate::kind::{Entry, Kind, Place};

/// The service's spans lie before or behind those of its callers, which cannot be: a child begins before its parent, or after its end. The answer names the clock
/// and the amount. Durations are right. The service's log lines are off by the same.
pub const CLOCK: Entry = Entry {
    name: "clock",
    value: "-2s",
    place: Place::Lines,
    shows: "the service's spans lie outside of their parents by the amount, and so do the times of its log lines",
    read: |value| value.ok_or(EXPECTED).and_then(read).map(Kind::Clock),
};

const EXPECTED: &str = "a time up to a day, ahead or behind, such as +300ms or -2s";

/// A day.
const MOST_MS: f64 = 86_400_000.0;

fn read(text: &str) -> Result<i64, &'static str> {
    let (number, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 1.0),
        (None, Some(number)) => (number, 1_000.0),
        (None, None) => return Err(EXPECTED),
    };
    let ms = number.parse::<f64>().ok().map(|number| (number * unit).round());
    let ms = ms.filter(|ms| ms.abs() <= MOST_MS && *ms != 0.0);
    ms.map(|ms| ms as i64).ok_or(EXPECTED)
}

/// Moves all times of these spans.
pub fn shift(ms: i64, spans: &mut [Value]) {
    for span in spans {
        move_time(ms, span);
        let annotations = span.get_mut("annotations").and_then(Value::as_array_mut);
        annotations
            .into_iter()
            .flatten()
            .for_each(|annotation| move_time(ms, annotation));
    }
}

fn move_time(ms: i64, of: &mut Value) {
    if let Some(time) = of.get_mut("timestamp")
        && let Some(micros) = time.as_u64()
    {
        *time = micros.saturating_add_signed(ms * 1_000).max(1).into();
    }
}

/// The names of a line's time, in each format that is JSON.
const NAMES: [&str; 3] = ["\"timestamp\":\"", "\"@timestamp\":\"", "\"time\":\""];

/// The length of `2026-11-24 07:17:19.097`.
const LENGTH: usize = 23;

/// The line with another time; nothing where it has none.
pub fn shift_line(ms: i64, line: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(line).ok()?;
    let start = if text.starts_with('{') {
        let mut starts = NAMES
            .iter()
            .filter_map(|name| Some(text.find(name)? + name.len()));
        starts.next()?
    } else {
        0
    };
    let time = text.get(start..start + LENGTH)?;
    let between = time.get(10..11)?;
    let micros = micros(time)?.saturating_add_signed(ms * 1_000);
    let (date, clock) = (zipkin::utc::date(micros), zipkin::utc::time_of_day(micros));
    let (before, after) = (text.get(..start)?, text.get(start + LENGTH..)?);
    Some(format!("{before}{date}{between}{clock}{after}").into_bytes())
}

fn micros(time: &str) -> Option<u64> {
    let midnight = zipkin::utc::midnight(time.get(..10)?)?;
    let field = |from, to| time.get(from..to)?.parse::<u64>().ok();
    let seconds = field(11, 13)? * 3_600 + field(14, 16)? * 60 + field(17, 19)?;
    Some(midnight + seconds * 1_000_000 + field(20, 23)? * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_goes_either_way() {
        for (text, ms) in [("-2s", -2_000), ("+300ms", 300), ("300ms", 300), ("1.5s", 1_500)] {
            assert_eq!(read(text), Ok(ms), "{text}");
        }
        for text in ["", "0ms", "2", "2h", "90000s", "ms"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn spans_and_their_annotations_move_together() {
        let mut spans = vec![
            serde_json::json!({"timestamp": 5_000_000, "duration": 7, "annotations": [{"timestamp": 5_000_001}]}),
        ];
        shift(-2_000, &mut spans);
        let moved = serde_json::json!({"timestamp": 3_000_000, "duration": 7, "annotations": [{"timestamp": 3_000_001}]});
        assert_eq!(spans, [moved]);
    }

    #[test]
    fn a_line_in_any_format_moves() {
        for (line, moved) in [
            (
                "2026-11-24 00:00:01.097  INFO [orders",
                "2026-11-23 23:59:59.097  INFO [orders",
            ),
            (
                r#"{"timestamp":"2026-11-24T07:25:50.276Z","level"#,
                r#"{"timestamp":"2026-11-24T07:25:48.276Z","level"#,
            ),
            (
                r#"{"@timestamp":"2026-11-24T07:25:50.276Z","log"#,
                r#"{"@timestamp":"2026-11-24T07:25:48.276Z","log"#,
            ),
            (
                r#"{"time":"2026-11-24T07:25:50.276000Z","sev"#,
                r#"{"time":"2026-11-24T07:25:48.276000Z","sev"#,
            ),
        ] {
            assert_eq!(
                shift_line(-2_000, line.as_bytes()).as_deref(),
                Some(moved.as_bytes())
            );
        }
        for line in ["", "thread 'main' panicked at somewhere", "{}"] {
            assert_eq!(shift_line(-2_000, line.as_bytes()), None, "{line}");
        }
    }
}
