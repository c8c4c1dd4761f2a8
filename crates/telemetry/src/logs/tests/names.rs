//! Each name of a line is there once, and none takes the place of an object, whatever is logged.

use std::collections::BTreeSet;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use tracing::warn;

use super::object;
use crate::kept::{in_request, written};

/// The keys of a JSON object in their order, those that stand twice included.
fn keys(json: &str) -> Vec<String> {
    struct Keys;
    impl<'de> Visitor<'de> for Keys {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut keys = Vec::new();
            while let Some((key, IgnoredAny)) = map.next_entry()? {
                keys.push(key);
            }
            Ok(keys)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_map(Keys)
        .unwrap()
}

/// That no key stands twice, and in ECS none below another.
fn are_distinct(format: &str, keys: &[String]) {
    let distinct: BTreeSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len(), "{format}: {keys:?}");
    let is_above = |key: &String| keys.iter().any(|other| other.starts_with(&format!("{key}.")));
    assert!(format != "ecs" || !keys.iter().any(is_above), "{keys:?}");
}

#[test]
fn no_key_stands_twice_and_no_value_is_lost() {
    let mdc = [
        ("userId", "1"),
        ("severity", "2"),
        ("traceId", "3"),
        ("user", "4"),
        ("mdc.traceId", "5"),
        ("message", "5"),
    ];
    let log = || {
        in_request(&mdc, || {
            warn!(
                a = 6,
                a = 7,
                a = 8,
                a.b = 9,
                fields.a = 10,
                labels.a = 11,
                userId = 12,
                message = 13,
                "the text"
            );
            warn!(
                error = 14,
                error.message = 15,
                error.message.x = 16,
                time = 17,
                timestamp = 18,
                "the text"
            );
            warn!(
                error.message = 14,
                error = 15,
                trace = 16,
                span.id = 17,
                log.level = 18,
                labels = 19,
                "the text"
            );
            warn!(
                traceId = 14,
                context = 15,
                level = 16,
                logger = 17,
                thread = 18,
                mdc = 19,
                "the text"
            );
        });
    };
    for format in ["logback", "gcp", "ecs"] {
        for (line, last) in written(format, log).lines().zip([13, 18, 19, 19]) {
            are_distinct(format, &keys(line));
            let object = object(&format!("{line}\n"));
            assert!(
                object["message"].as_str().unwrap().starts_with("the text"),
                "{line}"
            );
            if let Some((_, inner)) = line.split_once("\"mdc\":{") {
                let inner = inner.split_once('}').unwrap().0;
                are_distinct(format, &keys(&format!("{{{inner}}}")));
            }
            for value in (1..6).chain(if last == 13 { 6 } else { 14 }..=last) {
                let forms = [format!("\"{value}\""), format!("\":{value}"), format!("={value}")];
                assert!(forms.iter().any(|form| line.contains(form)), "{value}: {line}");
            }
        }
    }
    let text = written("text", log);
    let line = text.lines().next().unwrap();
    let said = "userId=1 severity=2 traceId=3 user=4 mdc.traceId=5 message=5 the text a=6 fields.a=7 fields.a_2=8 a.b=9 \
                fields.fields.a=10 labels.a=11 fields.userId=12 fields.message=13";
    assert!(line.ends_with(said), "{line}");
}

#[test]
fn a_name_that_ecs_has_as_an_object_is_a_label() {
    let line = written("ecs", || {
        in_request(
            &[("user_agent", "curl"), ("message.id", "1"), ("os", "2")],
            || {
                warn!(
                    transaction = 1,
                    rule = 2,
                    tls = 3,
                    http.request = 4,
                    process.parent.thread = 5,
                    container.labels = 6,
                    log.level.x = 7,
                    trace.id.x = 8,
                    service.name.first = 9,
                    url.full = 10,
                    tags = 11,
                    "busy"
                );
            },
        );
    });
    let line = object(&line);
    for key in [
        "labels.user_agent",
        "labels.message.id",
        "labels.os",
        "labels.transaction",
        "labels.rule",
        "labels.tls",
        "labels.http.request",
        "labels.process.parent.thread",
        "labels.container.labels",
        "labels.log.level.x",
        "labels.trace.id.x",
        "labels.service.name.first",
        "url.full",
        "tags",
    ] {
        assert!(line[key].is_string(), "{key}: {line}");
    }
}

#[test]
fn an_ecs_line_has_no_text_in_the_place_of_an_object_of_its_own() {
    let line = written("ecs", || {
        in_request(&[("order", "8"), ("shop.name", "9")], || {
            warn!(order.id = 1, shop = 2, labels.order = 3, "busy");
        });
    });
    let line = object(&line);
    for (key, value) in [
        ("order", "8"),
        ("shop.name", "9"),
        ("labels.order.id", "1"),
        ("labels.shop", "2"),
        ("labels.labels.order", "3"),
    ] {
        assert_eq!(line[key], value, "{line}");
    }
}

#[test]
fn no_name_of_an_ecs_line_is_there_twice() {
    let line = written("ecs", || {
        in_request(&[("user", "a"), ("labels.user", "b")], || {
            warn!(labels.user = "c", user = "d", "no stock");
        });
    });
    assert_eq!(line.matches("\"labels.user\":").count(), 1, "{line}");
    let line = object(&line);
    for (key, value) in [
        ("labels.user", "a"),
        ("labels.labels.user", "b"),
        ("labels.labels_user_2", "c"),
        ("labels.user_2", "d"),
    ] {
        assert_eq!(line[key], value, "{line}");
    }
}
