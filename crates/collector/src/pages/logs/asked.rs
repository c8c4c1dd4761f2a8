//! The lines that an address asks for.

use zipkin::{SpanId, TraceIdPrefix};

use crate::{
    lines::{Level, LineQuery},
    pages::{language::message, reader::Reader},
    params::Params,
};

/// Lines that a page shows, unless its address says another number.
const LIMIT: u64 = 200;

/// Lines that a page shows at most.
const MAX_LIMIT: u64 = 1_000;

/// Lines that are put into groups.
const MAX_GROUPED: usize = 20_000;

/// Values that lines may be asked for at a time.
const MAX_VALUES: usize = 8;

/// The parameter that puts alike lines together.
pub const GROUPED: &str = "group";

/// The lines that an address asks for.
pub struct Asked {
    pub query: LineQuery,
    pub is_grouped: bool,
}

/// A parameter that makes no sense.
pub struct Mistake {
    /// The field.
    pub name: &'static str,
    why: &'static str,
    text: String,
}

impl Mistake {
    /// The mistake, in the reader's language.
    pub fn said(&self, reader: &Reader) -> String {
        reader.fill(self.why, &[("text", &self.text)])
    }
}

impl Asked {
    /// Reads parameters. Empty ones are as good as absent.
    pub fn read(params: &Params, strict: bool) -> Result<Self, Mistake> {
        let given = |name: &str| params.get(name).map(str::trim).filter(|text| !text.is_empty());
        let mistake = |name, why, text: &str| Mistake {
            name,
            why,
            text: text.chars().take(80).collect(),
        };
        let trace_digits = given("traceId").map(|text| {
            let id = TraceIdPrefix::parse(text);
            id.map_err(|_| mistake("traceId", message("Not a trace id: {text}"), text))
        });
        let level = given("level").map(|text| {
            Level::named(text).ok_or_else(|| mistake("level", message("Not a level: {text}"), text))
        });
        let values = values(given("value").unwrap_or_default()).ok_or_else(|| {
            let why = message(
                "A value is written as name=value, several with and between them: userId=kim and orderId=1",
            );
            mistake("value", why, "")
        });
        let number = |name: &'static str| {
            let parse = |text: &str| {
                let number = text.parse::<u64>();
                number.map_err(|_| mistake(name, message("Not a number: {text}"), text))
            };
            given(name).map(parse).transpose()
        };
        let span_id = given("spanId").map(|text| {
            let id = SpanId::parse(text);
            id.map_err(|_| mistake("spanId", message("Not a span id: {text}"), text))
        });
        let is_grouped = given(GROUPED) == Some("true");
        let limit = number("limit")?.unwrap_or(LIMIT).min(MAX_LIMIT);
        let query = LineQuery {
            trace_id: None,
            trace_digits: trace_digits.transpose()?,
            by_low_bits: !strict,
            span_id: span_id.transpose()?,
            service: given("service").map(str::to_owned),
            level: level.transpose()?,
            values: values?,
            text: given("text").unwrap_or_default().to_lowercase(),
            after: number("after")?,
            before: number("before")?,
            limit: match is_grouped {
                true => MAX_GROUPED,
                false => usize::try_from(limit).unwrap_or_default(),
            },
        };
        Ok(Self { query, is_grouped })
    }
}

fn values(text: &str) -> Option<Vec<(String, String)>> {
    let parts = text.split(" and ").filter(|part| !part.trim().is_empty());
    let pairs = parts.take(MAX_VALUES).map(|part| {
        let (key, value) = part.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().to_owned()))
    });
    pairs.collect()
}

/// The query of an address with one parameter changed; an empty value leaves it out. Places in the list go with it.
pub fn with(params: &Params, name: &str, value: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kept = params
        .iter()
        .filter(|(key, value)| !value.is_empty() && *key != name && *key != "before");
    query.extend_pairs(kept);
    if !value.is_empty() {
        query.append_pair(name, value);
    }
    query.finish().replace('&', "&amp;")
}
