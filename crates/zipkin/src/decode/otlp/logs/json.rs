//! The request in JSON.

use super::record::{Lend, LogRecord};
use crate::decode::{
    json::{Reader, Wrong},
    normal::utf_8,
    otlp::{
        ids,
        json::{
            attributes::{any_value, attribute},
            number_of,
            objects::{fields, find, items},
            read_resource, read_scope, unsigned, whole,
        },
        shared::{Resource, Scope},
    },
};

/// Lends one record after the other.
pub fn each(body: &[u8], lend: &mut Lend<'_>) -> Result<(), String> {
    if body.is_empty() {
        return Ok(());
    }
    let text = utf_8(body);
    whole(&text, |reader| request(reader, lend))
}

fn request(reader: &mut Reader<'_>, lend: &mut Lend<'_>) -> Result<(), Wrong> {
    fields(reader, |key, reader| match key {
        "resourceLogs" => items(reader, |reader| resource_logs(reader, lend)),
        _ => reader.skip(),
    })
}

// Its resource may stand behind its records, and so may a scope.
fn resource_logs(reader: &mut Reader<'_>, lend: &mut Lend<'_>) -> Result<(), Wrong> {
    let mut resource = Resource::default();
    if let Some(mut ahead) = find(reader, "resource")? {
        read_resource(&mut ahead, &mut resource)?;
    }
    fields(reader, |key, reader| match key {
        "scopeLogs" => items(reader, |reader| scope_logs(reader, &resource, lend)),
        _ => reader.skip(),
    })
}

fn scope_logs(reader: &mut Reader<'_>, resource: &Resource<'_>, lend: &mut Lend<'_>) -> Result<(), Wrong> {
    let mut scope = Scope::default();
    if let Some(mut ahead) = find(reader, "scope")? {
        read_scope(&mut ahead, &mut scope)?;
    }
    fields(reader, |key, reader| match key {
        "logRecords" => items(reader, |reader| {
            let mut record = LogRecord {
                service: resource.service(),
                scope: (&*scope.name).into(),
                ..LogRecord::default()
            };
            read_record(reader, &mut record)?;
            Ok(lend(&record)?)
        }),
        _ => reader.skip(),
    })
}

fn read_record<'a: 's, 's>(reader: &mut Reader<'a>, record: &mut LogRecord<'s>) -> Result<(), Wrong> {
    let (mut time, mut observed) = (0, 0);
    fields(reader, |key, reader| {
        match key {
            "timeUnixNano" => time = unsigned(reader)?,
            "observedTimeUnixNano" => observed = unsigned(reader)?,
            "severityNumber" => record.severity = number_of(reader, &SEVERITIES)?,
            "severityText" => record.severity_text = reader.text()?,
            "body" => record.body = any_value(reader, 0)?.into_text(),
            "attributes" => items(reader, |reader| {
                let (key, value) = attribute(reader, 0)?;
                record.attributes.push((key, value.into_text()));
                Ok(())
            })?,
            "traceId" => record.belongs_to(ids::trace_id_of_text(&reader.text()?)),
            "spanId" => record.was_in(ids::span_id_of_text(&reader.text()?)),
            "eventName" => record.event_name = reader.text()?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    record.happened(time, observed);
    Ok(())
}

#[rustfmt::skip]
const SEVERITIES: [&str; 25] = [
    "SEVERITY_NUMBER_UNSPECIFIED",
    "SEVERITY_NUMBER_TRACE", "SEVERITY_NUMBER_TRACE2", "SEVERITY_NUMBER_TRACE3", "SEVERITY_NUMBER_TRACE4",
    "SEVERITY_NUMBER_DEBUG", "SEVERITY_NUMBER_DEBUG2", "SEVERITY_NUMBER_DEBUG3", "SEVERITY_NUMBER_DEBUG4",
    "SEVERITY_NUMBER_INFO", "SEVERITY_NUMBER_INFO2", "SEVERITY_NUMBER_INFO3", "SEVERITY_NUMBER_INFO4",
    "SEVERITY_NUMBER_WARN", "SEVERITY_NUMBER_WARN2", "SEVERITY_NUMBER_WARN3", "SEVERITY_NUMBER_WARN4",
    "SEVERITY_NUMBER_ERROR", "SEVERITY_NUMBER_ERROR2", "SEVERITY_NUMBER_ERROR3", "SEVERITY_NUMBER_ERROR4",
    "SEVERITY_NUMBER_FATAL", "SEVERITY_NUMBER_FATAL2", "SEVERITY_NUMBER_FATAL3", "SEVERITY_NUMBER_FATAL4",
];
