//! A request in JSON to the same in protocol buffers, by the schema: each row of a table is read in both.

use serde_json::Value;

/// The encoding of a field.
#[derive(Clone, Copy)]
enum Is {
    Text,
    Hex,
    Base64,
    Varint,
    Fixed64,
    Double,
    Message(&'static str),
}

use Is::*;

const fn fields_of(message: &str) -> &'static [(&'static str, u64, Is)] {
    match message.as_bytes() {
        b"request" => &[("resourceSpans", 1, Message("resource spans"))],
        b"resource spans" => &[
            ("resource", 1, Message("resource")),
            ("scopeSpans", 2, Message("scope spans")),
            ("schemaUrl", 3, Text),
        ],
        b"resource" => &[
            ("attributes", 1, Message("attribute")),
            ("droppedAttributesCount", 2, Varint),
        ],
        b"scope spans" => &[
            ("scope", 1, Message("scope")),
            ("spans", 2, Message("span")),
            ("schemaUrl", 3, Text),
        ],
        b"scope" => &[
            ("name", 1, Text),
            ("version", 2, Text),
            ("attributes", 3, Message("attribute")),
        ],
        b"span" => &[
            ("traceId", 1, Hex),
            ("spanId", 2, Hex),
            ("traceState", 3, Text),
            ("parentSpanId", 4, Hex),
            ("name", 5, Text),
            ("kind", 6, Varint),
            ("startTimeUnixNano", 7, Fixed64),
            ("endTimeUnixNano", 8, Fixed64),
            ("attributes", 9, Message("attribute")),
            ("droppedAttributesCount", 10, Varint),
            ("events", 11, Message("event")),
            ("droppedEventsCount", 12, Varint),
            ("links", 13, Message("link")),
            ("droppedLinksCount", 14, Varint),
            ("status", 15, Message("status")),
        ],
        b"event" => &[
            ("timeUnixNano", 1, Fixed64),
            ("name", 2, Text),
            ("attributes", 3, Message("attribute")),
            ("droppedAttributesCount", 4, Varint),
        ],
        b"link" => &[
            ("traceId", 1, Hex),
            ("spanId", 2, Hex),
            ("traceState", 3, Text),
            ("attributes", 4, Message("attribute")),
            ("droppedAttributesCount", 5, Varint),
        ],
        b"status" => &[("message", 2, Text), ("code", 3, Varint)],
        b"attribute" => &[("key", 1, Text), ("value", 2, Message("value"))],
        b"value" => &[
            ("stringValue", 1, Text),
            ("boolValue", 2, Varint),
            ("intValue", 3, Varint),
            ("doubleValue", 4, Double),
            ("arrayValue", 5, Message("list")),
            ("kvlistValue", 6, Message("map")),
            ("bytesValue", 7, Base64),
        ],
        b"list" => &[("values", 1, Message("value"))],
        b"map" => &[("values", 1, Message("attribute"))],
        _ => &[],
    }
}

/// The request in protocol buffers, its fields in the order in which they stand.
pub fn protobuf(json: &str) -> Vec<u8> {
    message("request", &serde_json::from_str(json).expect(json))
}

fn message(name: &str, value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in value.as_object().expect(name) {
        let &(_, number, is) = fields_of(name)
            .iter()
            .find(|(name, ..)| name == key)
            .unwrap_or_else(|| panic!("{name} has no {key}"));
        match (value, is) {
            (Value::Array(items), _) => items.iter().for_each(|item| field(&mut out, number, is, item)),
            _ => field(&mut out, number, is, value),
        }
    }
    out
}

fn field(out: &mut Vec<u8>, number: u64, is: Is, value: &Value) {
    let text = || value.as_str().unwrap();
    let whole = || {
        let number = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match number.as_str() {
            "true" => 1,
            "false" => 0,
            number => number.parse::<i64>().unwrap() as u64,
        }
    };
    let bytes = match is {
        Varint => {
            varint(out, number << 3);
            return varint(out, whole());
        }
        Fixed64 => {
            varint(out, number << 3 | 1);
            return out.extend_from_slice(&whole().to_le_bytes());
        }
        Double => {
            let value = value.as_f64().unwrap_or_else(|| text().parse().unwrap());
            varint(out, number << 3 | 1);
            return out.extend_from_slice(&value.to_le_bytes());
        }
        Text => text().as_bytes().to_vec(),
        Hex => text().as_bytes().chunks(2).map(hex).collect(),
        Base64 => base64(text()),
        Message(name) => message(name, value),
    };
    varint(out, number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(&bytes);
}

fn hex(digits: &[u8]) -> u8 {
    u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap()
}

fn base64(text: &str) -> Vec<u8> {
    (0..=255u8)
        .flat_map(|a| [vec![a], vec![a, 0xff]])
        .find(|bytes| super::super::base64::encode(bytes) == text)
        .expect(text)
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
