//! Whatever is logged, a line is one line, and what it says can be read back.

use serde_json::Value;
use telemetry::kept;
use tracing::info;

/// The first byte picks the format; then message, MDC value and field, with 0xff between, which no UTF-8 has.
pub fn line(input: &[u8]) {
    let [first, rest @ ..] = input else { return };
    let mut parts = rest.splitn(3, |&byte| byte == 0xff).map(String::from_utf8_lossy);
    let mut part = || parts.next().unwrap_or_default();
    let (message, value, field) = (part(), part(), part());
    let format = ["text", "logback", "gcp", "ecs"][usize::from(*first) % 4];
    let log = || info!(field = &*field, "{message}");
    let line = kept::written(format, || kept::in_request(&[("userId", &value)], log));

    let inside = line
        .strip_suffix('\n')
        .unwrap_or_else(|| panic!("no end: {line:?}"));
    assert!(!inside.contains(char::is_control), "{line:?}");
    assert!(line.len() <= 16_384, "{}", line.len());
    if format == "text" {
        return;
    }
    let line: Value = serde_json::from_str(inside).unwrap_or_else(|error| panic!("{error}: {inside}"));
    let said = line["message"]
        .as_str()
        .unwrap_or_else(|| panic!("no message: {inside}"));
    // A text that was cut says so.
    if inside.contains("…[cut, ") {
        return;
    }
    assert!(said.starts_with(&*message), "{inside}");
    let mdc = match format {
        "logback" => &line["mdc"]["userId"],
        "gcp" => &line["logging.googleapis.com/labels"]["userId"],
        _ => &line["userId"],
    };
    assert_eq!(mdc.as_str(), Some(&*value), "{inside}");
}
