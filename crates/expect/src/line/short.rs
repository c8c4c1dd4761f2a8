//! A log line as a terminal prints it: `07:17:19.097 INFO  463ac35c userId=terry orderId=1 message`.

/// So many digits of the trace id.
pub(super) const ID: usize = 8;

/// The columns of a short line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Short<'a> {
    pub time: &'a str,
    pub level: &'a str,
    /// The first digits of the trace id; empty outside of a request.
    pub id: &'a str,
    /// Values and message.
    pub rest: &'a str,
}

/// Reads time, level and trace id, each at its column.
pub(super) fn read(text: &str) -> Option<Short<'_>> {
    let (time, rest) = text.split_at_checked(12)?;
    let is_time = time.bytes().enumerate().all(|(place, byte)| match place {
        2 | 5 => byte == b':',
        8 => byte == b'.',
        _ => byte.is_ascii_digit(),
    });
    let (level, rest) = rest.strip_prefix(' ')?.split_at_checked(5)?;
    let level = level.trim_end();
    let is_level = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level);
    let (id, rest) = rest.strip_prefix(' ')?.split_at_checked(ID)?;
    let is_id = id.bytes().all(|byte| byte.is_ascii_hexdigit()) || id.trim().is_empty();
    (is_time && is_level && is_id).then_some(())?;
    Some(Short {
        time,
        level,
        id: id.trim(),
        // The end of a line without a message is cut off.
        rest: rest.strip_prefix(' ').unwrap_or(rest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_outside_of_a_request_has_no_id() {
        let line = read("07:17:19.097 INFO           listening on 8081").unwrap();
        assert_eq!((line.id, line.rest), ("", "listening on 8081"));
    }

    #[test]
    fn other_texts_are_not_short_lines() {
        for text in [
            "07:17:19.097",
            "07:17:19 097 INFO  463ac35c slow",
            "07:17:19.097 LOUD  463ac35c slow",
            "07:17:19.097 INFO  463ac35x slow",
            "07:17:19.097 INFO  463ac35",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
