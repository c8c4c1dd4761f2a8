//! Expectations by field. `schema.json` says the same for editors; a test holds both together.

use std::collections::BTreeMap;

use zipkin::Kind;

use super::{
    nearest::nearest,
    reader::{Fields, Reader, Wrong},
};
use crate::{
    count::Count,
    expected::{
        AnswerExpectation, Children, Condition, Expectation, HeadersExpectation, LineExpectation, Relation,
        SpanExpectation, SpanKind, Value,
    },
    text::Text,
};

/// Fields by object; the names are those of the schema's definitions.
pub const FILE: [&str; 2] = ["$schema", "cases"];
pub const CASE: [&str; 3] = ["title", "request", "expect"];
pub const REQUEST: [&str; 4] = ["method", "path", "headers", "body"];
pub const EXPECTATION: [&str; 7] = [
    "tree",
    "spans",
    "headers",
    "lines",
    "answer",
    "relations",
    "conditions",
];
pub const SPAN: [&str; 13] = [
    "label",
    "service",
    "name",
    "kind",
    "to",
    "tags",
    "annotations",
    "error",
    "durationUs",
    "count",
    "children",
    "including",
    "inOrder",
];
pub const LINE: [&str; 5] = ["text", "service", "level", "fields", "count"];
pub const HEADERS: [&str; 3] = ["to", "headers", "count"];
pub const ANSWER: [&str; 3] = ["status", "headers", "body"];
pub const CONDITION: [&str; 2] = ["if", "then"];
pub const RELATION: [&str; 5] = ["within", "before", "longer", "overlap", "apart"];
pub const RANGE: [&str; 2] = ["min", "max"];
pub const TEXT: [&str; 4] = ["is", "contains", "pattern", "not"];
const KINDS: [&str; 5] = ["CLIENT", "SERVER", "PRODUCER", "CONSUMER", "LOCAL"];

/// Expectations of one request.
pub fn expectation(reader: &Reader<'_>) -> Result<Expectation, Wrong> {
    let fields = Fields::of(reader, &EXPECTATION)?;
    let tree = fields.map("tree", |tree| {
        if tree.is_list() {
            tree.list()?.iter().map(span).collect()
        } else {
            Ok(vec![span(tree)?])
        }
    })?;
    let spans = fields.each("spans", span)?;
    let mut labels = Vec::new();
    tree.iter()
        .flatten()
        .chain(&spans)
        .for_each(|span| collect_labels(span, &mut labels));
    Ok(Expectation {
        headers: fields.each("headers", headers)?,
        lines: fields.each("lines", line)?,
        answer: fields.map("answer", answer)?,
        relations: fields.each("relations", |each| relation(each, &labels))?,
        conditions: fields.each("conditions", condition)?,
        tree,
        spans,
    })
}

fn collect_labels<'a>(span: &'a SpanExpectation, labels: &mut Vec<&'a str>) {
    labels.extend(span.label.as_deref());
    span.children
        .list()
        .iter()
        .for_each(|child| collect_labels(child, labels));
}

fn span(reader: &Reader<'_>) -> Result<SpanExpectation, Wrong> {
    let fields = Fields::of(reader, &SPAN)?;
    let children = match (fields.get("children"), fields.get("including")) {
        (Some(_), Some(including)) => {
            return Err(including.wrong("either children or including can be there"));
        }
        (Some(_), None) => Children::Exactly(fields.each("children", span)?),
        (None, Some(_)) => Children::Including(fields.each("including", span)?),
        (None, None) => Children::Any,
    };
    Ok(SpanExpectation {
        label: fields.map("label", |label| label.text().map(str::to_owned))?,
        service: fields.map("service", text)?,
        name: fields.map("name", text)?,
        kind: fields.map("kind", kind)?,
        remote: fields.map("to", text)?,
        tags: fields.map("tags", values)?.unwrap_or_default(),
        annotations: fields.each("annotations", text)?,
        error: fields.map("error", Reader::flag)?,
        duration_us: fields.map("durationUs", duration)?,
        count: fields.map("count", count)?,
        children,
        in_order: fields.map("inOrder", Reader::flag)?.unwrap_or_default(),
    })
}

fn kind(reader: &Reader<'_>) -> Result<SpanKind, Wrong> {
    match reader.text()? {
        "CLIENT" => Ok(SpanKind::Remote(Kind::Client)),
        "SERVER" => Ok(SpanKind::Remote(Kind::Server)),
        "PRODUCER" => Ok(SpanKind::Remote(Kind::Producer)),
        "CONSUMER" => Ok(SpanKind::Remote(Kind::Consumer)),
        "LOCAL" => Ok(SpanKind::Local),
        other => {
            let hint = match nearest(other, &KINDS) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the kinds are {}", KINDS.join(", ")),
            };
            Err(reader.wrong(format!("{} is no kind; {hint}", other.escape_debug())))
        }
    }
}

fn line(reader: &Reader<'_>) -> Result<LineExpectation, Wrong> {
    let fields = Fields::of(reader, &LINE)?;
    Ok(LineExpectation {
        text: fields.map("text", text)?,
        service: fields.map("service", text)?,
        level: fields.map("level", text)?,
        fields: fields.map("fields", values)?.unwrap_or_default(),
        count: fields.map("count", count)?,
    })
}

fn headers(reader: &Reader<'_>) -> Result<HeadersExpectation, Wrong> {
    let fields = Fields::of(reader, &HEADERS)?;
    Ok(HeadersExpectation {
        to: fields.needed("to")?.text()?.to_owned(),
        headers: values(&fields.needed("headers")?)?,
        count: fields.map("count", count)?,
    })
}

fn answer(reader: &Reader<'_>) -> Result<AnswerExpectation, Wrong> {
    let fields = Fields::of(reader, &ANSWER)?;
    let body = fields.map("body", |body| {
        if body.is_list() {
            body.list()?.iter().map(text).collect()
        } else {
            Ok(vec![text(body)?])
        }
    })?;
    let status = fields.map("status", |status| match status.number()? {
        number @ 100..=599 => u16::try_from(number).map_err(|_| status.wrong("a status is 100 to 599")),
        _ => Err(status.wrong("a status is 100 to 599")),
    })?;
    Ok(AnswerExpectation {
        status,
        headers: fields.map("headers", values)?.unwrap_or_default(),
        body: body.unwrap_or_default(),
    })
}

fn condition(reader: &Reader<'_>) -> Result<Condition, Wrong> {
    let fields = Fields::of(reader, &CONDITION)?;
    Ok(Condition {
        when: expectation(&fields.needed("if")?)?,
        then: expectation(&fields.needed("then")?)?,
    })
}

fn relation(reader: &Reader<'_>, known: &[&str]) -> Result<Relation, Wrong> {
    let fields = Fields::of(reader, &RELATION)?;
    let names = fields.names();
    let &[name] = names.as_slice() else {
        return Err(reader.wrong("one relation is needed, such as {\"within\": [\"inner\", \"outer\"]}"));
    };
    let labels = fields.each(name, |label| match label.text()? {
        text if known.contains(&text) => Ok(text.to_owned()),
        text => {
            let hint =
                nearest(text, known).map_or_else(String::new, |near| format!("; did you mean {near}?"));
            Err(label.wrong(format!(
                "no span here has the label {}{hint}",
                text.escape_debug()
            )))
        }
    })?;
    match (name, labels.as_slice()) {
        ("within", [inner, outer]) => Ok(Relation::within(inner, outer)),
        ("before", [first, second]) => Ok(Relation::before(first, second)),
        ("longer", [longer, shorter]) => Ok(Relation::longer(longer, shorter)),
        ("overlap", [_, ..]) => Ok(Relation::Overlap(labels)),
        ("apart", [_, ..]) => Ok(Relation::Apart(labels)),
        ("overlap" | "apart", _) => Err(reader.wrong(format!("{name} needs one label at least"))),
        _ => Err(reader.wrong(format!("{name} needs two labels"))),
    }
}

/// Texts by name; null for one that has to be absent.
fn values(reader: &Reader<'_>) -> Result<BTreeMap<String, Value>, Wrong> {
    let entry = |(name, value): (String, Reader<'_>)| {
        let value = if value.is_null() {
            None
        } else {
            Some(text(&value)?)
        };
        Ok((name, value))
    };
    reader.entries()?.into_iter().map(entry).collect()
}

/// A text in quotes is equal to this; an object says how it is compared.
fn text(reader: &Reader<'_>) -> Result<Text, Wrong> {
    if reader.is_text() {
        return Ok(Text::Is(reader.text()?.to_owned()));
    }
    if !reader.is_object() {
        return Err(
            reader.wrong("a text in quotes is needed, or an object such as {\"contains\": \"a part\"}")
        );
    }
    let fields = Fields::of(reader, &TEXT)?;
    let names = fields.names();
    let (&[name], Some(value)) = (names.as_slice(), names.first().and_then(|name| fields.get(name))) else {
        return Err(reader.wrong("one of is, contains, pattern and not is needed"));
    };
    match name {
        "not" => Ok(text(&value)?.not()),
        "contains" => Ok(Text::Contains(value.text()?.to_owned())),
        "pattern" => Ok(Text::Pattern(value.text()?.to_owned())),
        _ => Ok(Text::Is(value.text()?.to_owned())),
    }
}

/// A number, or `{"min": 1, "max": 3}`.
fn count(reader: &Reader<'_>) -> Result<Count, Wrong> {
    let small = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    if reader.is_number() {
        return Ok(Count::exactly(small(reader.number()?)));
    }
    let (min, max) = range(reader)?;
    Ok(Count {
        min: small(min),
        max: max.map(small),
    })
}

/// `{"min": 1000}`, in microseconds.
fn duration(reader: &Reader<'_>) -> Result<(u64, Option<u64>), Wrong> {
    range(reader)
}

fn range(reader: &Reader<'_>) -> Result<(u64, Option<u64>), Wrong> {
    let fields = Fields::of(reader, &RANGE)?;
    let (min, max) = (
        fields.map("min", Reader::number)?.unwrap_or_default(),
        fields.map("max", Reader::number)?,
    );
    if max.is_some_and(|max| max < min) {
        return Err(reader.wrong("min is more than max"));
    }
    Ok((min, max))
}
