//! The request in JSON: protocol buffers' own, but for ids in hex, and enums as numbers. A field with an unknown name is passed over.

use super::{
    draft::Draft,
    event::Event,
    ids,
    lender::Lender,
    link::Link,
    shared::{Resource, Scope, Shared},
    value::Json,
};
use crate::decode::{
    json::{Reader, Token, Wrong},
    normal::utf_8,
};

/// Objects and lists.
pub mod objects;

/// Attributes and their values.
pub mod attributes;

use attributes::{attribute, member};
use objects::{fields, find, items};

/// Lends one span after the other.
pub fn each(body: &[u8], lender: &mut Lender<'_>) -> Result<(), String> {
    if body.is_empty() {
        return Ok(());
    }
    let text = utf_8(body);
    whole(&text, |reader| request(reader, lender))
}

/// Reads the only value of the text. Text behind it is refused, since an answer of success would lose it.
pub fn whole<T>(text: &str, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Wrong>) -> Result<T, String> {
    let mut reader = Reader::new(text);
    let read = read(&mut reader).and_then(|read| reader.end().map(|()| read));
    read.map_err(|wrong| wrong.placed(text, reader.place()))
}

fn request(reader: &mut Reader<'_>, lender: &mut Lender<'_>) -> Result<(), Wrong> {
    fields(reader, |key, reader| match key {
        "resourceSpans" => items(reader, |reader| resource_spans(reader, lender)),
        _ => passed_over(key, reader, lender),
    })
}

// All spans below such a name are lost, and an answer of success would not say so.
fn passed_over(key: &str, reader: &mut Reader<'_>, lender: &mut Lender<'_>) -> Result<(), Wrong> {
    let instead = match key {
        "resource_spans" => "resourceSpans",
        // The older name is that of OTLP before 1.0.
        "scope_spans" | "instrumentationLibrarySpans" | "instrumentation_library_spans" => "scopeSpans",
        _ => return reader.skip(),
    };
    lender.hint(format!(
        "{key} is no field of OTLP/JSON: names are in lowerCamelCase, and this one is {instead}"
    ));
    reader.skip()
}

// Its resource may stand behind its spans.
fn resource_spans(reader: &mut Reader<'_>, lender: &mut Lender<'_>) -> Result<(), Wrong> {
    let mut resource = Resource::default();
    if let Some(mut ahead) = find(reader, "resource")? {
        read_resource(&mut ahead, &mut resource)?;
    }
    fields(reader, |key, reader| match key {
        "scopeSpans" => items(reader, |reader| scope_spans(reader, &resource, lender)),
        _ => passed_over(key, reader, lender),
    })
}

fn scope_spans(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    lender: &mut Lender<'_>,
) -> Result<(), Wrong> {
    let mut scope = Scope::default();
    if let Some(mut ahead) = find(reader, "scope")? {
        read_scope(&mut ahead, &mut scope)?;
    }
    // Of a scope without spans, nothing is put together: a resource may have many.
    let mut shared = None;
    // The same for all of them, so that they share its lists.
    let mut draft = Draft::new();
    fields(reader, |key, reader| match key {
        "spans" => items(reader, |reader| {
            let shared = shared.get_or_insert_with(|| Shared::new(resource, &scope));
            lender.begin(&mut draft, shared)?;
            span(reader, &mut draft)?;
            lender.lend(&mut draft, shared);
            Ok(())
        }),
        _ => reader.skip(),
    })
}

/// The attributes of a resource.
pub fn read_resource<'a>(reader: &mut Reader<'a>, resource: &mut Resource<'a>) -> Result<(), Wrong> {
    fields(reader, |key, reader| match key {
        "attributes" => items(reader, |reader| {
            let (key, value) = attribute(reader, 0)?;
            resource.attribute(key, value);
            Ok(())
        }),
        _ => reader.skip(),
    })
}

/// An instrumentation scope.
pub fn read_scope<'a>(reader: &mut Reader<'a>, scope: &mut Scope<'a>) -> Result<(), Wrong> {
    fields(reader, |key, reader| {
        match key {
            "name" => scope.name = reader.text()?,
            "version" => scope.version = reader.text()?,
            "attributes" => items(reader, |reader| {
                let (key, value) = attribute(reader, 0)?;
                scope.attribute(key, value);
                Ok(())
            })?,
            _ => reader.skip()?,
        }
        Ok(())
    })
}

fn span<'a: 's, 's>(reader: &mut Reader<'a>, draft: &mut Draft<'s>) -> Result<(), Wrong> {
    fields(reader, |key, reader| {
        match key {
            "traceId" => draft.trace_id = ids::trace_id_of_text(&reader.text()?),
            "spanId" => draft.id = ids::span_id_of_text(&reader.text()?),
            "parentSpanId" => draft.parent_id = ids::parent_id_of_text(&reader.text()?),
            "traceState" => draft.trace_state = reader.text()?,
            "name" => draft.name = reader.text()?,
            "kind" => draft.kind = number_of(reader, &KINDS)?,
            "startTimeUnixNano" => draft.start = unsigned(reader)?,
            "endTimeUnixNano" => draft.end = unsigned(reader)?,
            "attributes" => items(reader, |reader| {
                let (key, value) = attribute(reader, 0)?;
                draft.attribute(key, value);
                Ok(())
            })?,
            "droppedAttributesCount" => draft.dropped_attributes = unsigned(reader)?,
            "events" => items(reader, |reader| event(reader, draft))?,
            "droppedEventsCount" => draft.dropped_events = unsigned(reader)?,
            "links" => items(reader, |reader| link(reader, draft))?,
            "droppedLinksCount" => {
                draft.dropped_links = draft.dropped_links.saturating_add(unsigned(reader)?)
            }
            "status" => status(reader, draft)?,
            _ => reader.skip()?,
        }
        Ok(())
    })
}

fn event<'a: 's, 's>(reader: &mut Reader<'a>, draft: &mut Draft<'s>) -> Result<(), Wrong> {
    let (mut event, mut attributes) = (Event::default(), Json::map());
    fields(reader, |key, reader| {
        match key {
            "timeUnixNano" => event.time = unsigned(reader)?,
            "name" => event.name = reader.text()?,
            "attributes" => items(reader, |reader| member(reader, &mut attributes, 0))?,
            "droppedAttributesCount" => event.dropped_attributes = unsigned(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    draft.event(event, attributes);
    Ok(())
}

fn link<'a: 's, 's>(reader: &mut Reader<'a>, draft: &mut Draft<'s>) -> Result<(), Wrong> {
    let (mut link, mut attributes) = (Link::default(), Json::map());
    fields(reader, |key, reader| {
        match key {
            "traceId" => link.trace_id = Some(ids::trace_id_of_text(&reader.text()?)),
            "spanId" => link.id = Some(ids::span_id_of_text(&reader.text()?)),
            "traceState" => link.trace_state = reader.text()?,
            "attributes" => items(reader, |reader| member(reader, &mut attributes, 0))?,
            "droppedAttributesCount" => link.dropped_attributes = unsigned(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    draft.link(link, attributes);
    Ok(())
}

fn status<'a: 's, 's>(reader: &mut Reader<'a>, draft: &mut Draft<'s>) -> Result<(), Wrong> {
    fields(reader, |key, reader| {
        match key {
            "message" => draft.status_message = reader.text()?,
            "code" => draft.status = number_of(reader, &CODES)?,
            _ => reader.skip()?,
        }
        Ok(())
    })
}

const KINDS: [&str; 6] = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];

const CODES: [&str; 3] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/// A number. Nobody should write the name, which protocol buffers' own libraries do.
pub fn number_of(reader: &mut Reader<'_>, names: &[&str]) -> Result<u64, Wrong> {
    if reader.token()? == Token::Text {
        let name = reader.clone().text()?;
        if let Some(number) = names.iter().position(|each| *each == name) {
            reader.skip()?;
            return Ok(number as u64);
        }
    }
    unsigned(reader)
}

/// A number that is not negative; 0 for one that is.
pub fn unsigned(reader: &mut Reader<'_>) -> Result<u64, Wrong> {
    reader.unsigned()
}
