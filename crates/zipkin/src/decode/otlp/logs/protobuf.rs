//! The request in protocol buffers. The numbers are those of `opentelemetry/proto/{collector/logs,logs}/v1`.

use super::record::{Lend, LogRecord};
use crate::decode::{
    normal::utf_8,
    otlp::{
        ids,
        protobuf::{any_value, attribute, read_resource, read_scope},
        shared::{Resource, Scope},
    },
    wire::{Fields, Value::*, Wrong},
};

/// Lends one record after the other.
pub fn each(body: &[u8], lend: &mut Lend<'_>) -> Result<(), String> {
    request(body, lend).map_err(|Wrong(reason)| reason)
}

fn request(fields: &[u8], lend: &mut Lend<'_>) -> Result<(), Wrong> {
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            resource_logs(fields, lend)?;
        }
    }
    Ok(())
}

// Its resource may stand behind its records, and so may a scope.
fn resource_logs(fields: &[u8], lend: &mut Lend<'_>) -> Result<(), Wrong> {
    let mut resource = Resource::default();
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            read_resource(fields, &mut resource)?;
        }
    }
    for field in Fields(fields) {
        if let (2, Bytes(fields)) = field? {
            scope_logs(fields, &resource, lend)?;
        }
    }
    Ok(())
}

fn scope_logs(fields: &[u8], resource: &Resource<'_>, lend: &mut Lend<'_>) -> Result<(), Wrong> {
    let mut scope = Scope::default();
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            read_scope(fields, &mut scope)?;
        }
    }
    for field in Fields(fields) {
        if let (2, Bytes(fields)) = field? {
            let mut record = LogRecord {
                service: resource.service(),
                scope: (&*scope.name).into(),
                ..LogRecord::default()
            };
            read_record(fields, &mut record)?;
            lend(&record)?;
        }
    }
    Ok(())
}

fn read_record<'a>(fields: &'a [u8], record: &mut LogRecord<'a>) -> Result<(), Wrong> {
    let (mut time, mut observed) = (0, 0);
    for field in Fields(fields) {
        match field? {
            (1, Fixed64(nanos)) => time = nanos,
            (2, Varint(number)) => record.severity = number,
            (3, Bytes(bytes)) => record.severity_text = utf_8(bytes),
            (5, Bytes(fields)) => record.body = any_value(fields, 0)?.into_text(),
            (6, Bytes(fields)) => {
                let (key, value) = attribute(fields, 0)?;
                record.attributes.push((key, value.into_text()));
            }
            (9, Bytes(bytes)) => record.belongs_to(ids::trace_id_of_bytes(bytes)),
            (10, Bytes(bytes)) => record.was_in(ids::span_id_of_bytes(bytes)),
            (11, Fixed64(nanos)) => observed = nanos,
            (12, Bytes(bytes)) => record.event_name = utf_8(bytes),
            _ => {}
        }
    }
    record.happened(time, observed);
    Ok(())
}
