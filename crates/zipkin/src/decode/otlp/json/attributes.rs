//! Attributes and their values, which may hold others.

use super::objects::{fields, items};
use crate::{
    Text,
    decode::{
        json::{Reader, Wrong},
        otlp::value::{Json, Value, deeper},
    },
};

/// A key and its value.
pub fn attribute<'a>(reader: &mut Reader<'a>, depth: usize) -> Result<(Text<'a>, Value<'a>), Wrong> {
    let (mut key, mut value) = (Text::default(), Value::Empty);
    fields(reader, |name, reader| {
        match name {
            "key" => key = reader.text()?,
            "value" => value = any_value(reader, depth)?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok((key, value))
}

/// A key and its value, into a map.
pub fn member(reader: &mut Reader<'_>, map: &mut Json, depth: usize) -> Result<(), Wrong> {
    let (key, value) = attribute(reader, depth)?;
    map.member(&key, &value);
    Ok(())
}

/// A value.
pub fn any_value<'a>(reader: &mut Reader<'a>, depth: usize) -> Result<Value<'a>, Wrong> {
    let mut value = Value::Empty;
    fields(reader, |kind, reader| {
        value = match kind {
            "stringValue" => Value::Text(reader.text()?),
            "boolValue" => Value::Boolean(reader.boolean()?),
            "intValue" => Value::Whole(reader.long()?),
            "doubleValue" => decimal(reader)?,
            "bytesValue" => Value::Base64(reader.text()?),
            "arrayValue" => Value::Json(list(reader, deeper(depth)?)?),
            "kvlistValue" => Value::Json(map(reader, deeper(depth)?)?),
            _ => return reader.skip(),
        };
        Ok(())
    })?;
    Ok(value)
}

// Also `"NaN"`, `"Infinity"` and `"-Infinity"`, as protocol buffers have them in JSON.
fn decimal<'a>(reader: &mut Reader<'a>) -> Result<Value<'a>, Wrong> {
    let text = reader.text()?;
    match text.parse() {
        Ok(number) => Ok(Value::Decimal(number)),
        Err(_) => Err(format!("doubleValue \"{text}\" is no number").into()),
    }
}

fn list(reader: &mut Reader<'_>, depth: usize) -> Result<String, Wrong> {
    let mut list = Json::list();
    fields(reader, |name, reader| match name {
        "values" => items(reader, |reader| {
            list.item(&any_value(reader, depth)?);
            Ok(())
        }),
        _ => reader.skip(),
    })?;
    Ok(list.end())
}

fn map(reader: &mut Reader<'_>, depth: usize) -> Result<String, Wrong> {
    let mut map = Json::map();
    fields(reader, |name, reader| match name {
        "values" => items(reader, |reader| member(reader, &mut map, depth)),
        _ => reader.skip(),
    })?;
    Ok(map.end())
}
