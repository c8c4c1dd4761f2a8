//! A line is one line, valid, and not too long, for any input.

use tracing::{info, info_span};

use super::object;
use crate::kept::{in_request, written};

/// A character of a kind that some encoder has stumbled over.
fn character() -> char {
    let kinds = [
        0..0x20,            // control characters
        0x20..0x7f,         // quotes and backslashes among them
        0x7f..0xa0,         // more control characters
        0x2028..0x202f,     // line separators, direction overrides
        0xd7f0..0xe010,     // the borders of the surrogates, which no text can hold
        0xfff0..0x1_0010,   // not characters at all
        0x1_f600..0x1_f650, // four bytes each
        0x10_fff0..0x11_0000,
    ];
    let kind = kinds[fastrand::usize(..kinds.len())].clone();
    char::from_u32(fastrand::u32(kind)).unwrap_or('\\')
}

#[test]
fn any_input_makes_one_valid_line_that_says_it() {
    let text = || {
        (0..fastrand::usize(..40))
            .map(|_| character())
            .collect::<String>()
    };
    let inputs: Vec<[String; 4]> = (0..2000).map(|_| std::array::from_fn(|_| text())).collect();
    for format in ["text", "logback", "gcp", "ecs"] {
        let lines = written(format, || {
            for [message, key, value, field] in &inputs {
                let (bytes, number) = (message.as_bytes(), f64::from_bits(fastrand::u64(..)));
                let log = || info!(field, bytes, number, "{message}");
                in_request(&[(key, value)], log);
            }
        });
        let lines: Vec<_> = lines.split_inclusive('\n').collect();
        assert_eq!(lines.len(), inputs.len(), "{format}");
        for (line, [message, key, value, field]) in lines.iter().zip(&inputs) {
            let turns = |c: char| ('\u{202a}'..='\u{202e}').contains(&c);
            let inside = line.strip_suffix('\n').unwrap();
            assert!(!inside.contains(|c: char| c.is_control() || turns(c)), "{line:?}");
            if format == "text" {
                continue;
            }
            let line = object(line);
            let said = line["message"].as_str().unwrap();
            let mdc = match format {
                "logback" => &line["mdc"][key],
                "gcp" => &line["logging.googleapis.com/labels"][key],
                _ => &line[key],
            };
            assert_eq!(mdc.as_str(), Some(value.as_str()), "{format}");
            if format == "logback" {
                assert!(
                    said.starts_with(&format!("{message} field={field} bytes=[")),
                    "{said:?}"
                );
            } else {
                assert_eq!(
                    (said, line["field"].as_str()),
                    (message.as_str(), Some(field.as_str()))
                );
            }
        }
    }
}

#[test]
fn a_mebibyte_is_cut_in_every_format_and_so_is_a_field() {
    let long = "김".repeat(349_526);
    for format in ["text", "logback", "gcp", "ecs"] {
        let line = written(format, || info!(field = &long, "{long}"));
        assert_eq!(line.matches("…[cut, 1048578 bytes]").count(), 2, "{format}");
        assert!(line.len() <= 16_384, "{format}: {}", line.len());
        if format != "text" {
            object(&line);
        }
    }
}

#[test]
fn a_line_goes_whole_through_docker_whatever_it_says() {
    let (users, zeros) = ("u".repeat(8184), "\0".repeat(2728));
    for format in ["text", "logback", "gcp", "ecs"] {
        for (value, message) in [
            (&*users, &*format!("GET /users/{users}")),
            (&zeros, "a line"),
            (&zeros, &zeros),
            (&users, "short"),
        ] {
            let log = || info!(code = 7, field = value, "{message}");
            let line = written(format, || in_request(&[("userId", value), ("orderId", "1")], log));
            // All that there is room for.
            assert!(
                matches!(line.len(), 16_200..=16_384),
                "{format}: {} of {}",
                line.len(),
                value.len() + message.len()
            );
            assert!(line.contains("orderId") && line.contains("…[cut, "), "{format}");
            if format != "text" {
                object(&line);
            }
        }
    }
}

#[test]
fn a_value_that_logs_while_it_is_read_does_not_hang() {
    struct Logging;
    impl std::fmt::Debug for Logging {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            info!("inner");
            f.write_str("value")
        }
    }
    let lines = written("ecs", || {
        let span = info_span!("work", field = tracing::field::Empty);
        let _entered = span.enter();
        span.record("field", tracing::field::debug(Logging));
        info!(field = ?Logging, "outer");
    });
    // From the span's value: `tracing` itself drops what a test's own subscriber is told within an event.
    assert_eq!(lines.matches("inner").count(), 1, "{lines}");
    assert!(lines.contains(r#""field":"value""#), "{lines}");
}
