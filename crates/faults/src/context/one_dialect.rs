//! `one-dialect=b3`: the service reads and writes one format of context headers.

use http::HeaderMap;
use telemetry::propagation::HeaderFormat;

use super::headers::{OF_IDS, add, remove};
use crate::kind::{Dialect, Entry, Kind, Place};

/// Its calls carry that format alone. The trace stays whole as long as its neighbours speak the language; between a hop that speaks `b3` alone and one that speaks
/// `tracecontext` alone it breaks in two, as with `context-dropped`.
pub const ONE_DIALECT: Entry = Entry {
    name: "one-dialect",
    value: "b3",
    place: Place::Headers,
    shows: "calls carry one format of headers; the trace breaks towards a neighbour that speaks only another",
    read: |value| read(value.unwrap_or("b3")).map(Kind::OneDialect),
};

fn read(text: &str) -> Result<Dialect, &'static str> {
    let mut dialects = [Dialect::B3, Dialect::B3Multi, Dialect::W3c].into_iter();
    let dialect = dialects.find(|dialect| dialect.name() == text);
    dialect.ok_or("b3, b3multi or tracecontext")
}

/// Takes off the ids in the other language. Who knows B3 reads both of its forms.
pub fn understand(dialect: Dialect, headers: &mut HeaderMap) {
    let others: &[HeaderFormat] = match dialect {
        Dialect::B3 | Dialect::B3Multi => &[HeaderFormat::TraceContext],
        Dialect::W3c => &[HeaderFormat::B3, HeaderFormat::B3Multi],
    };
    for other in others {
        remove(*other, headers);
    }
}

/// Takes off the ids in all other formats. Telemetry may have written those alone.
pub fn speak(dialect: Dialect, headers: &mut HeaderMap) {
    let spoken = format(dialect);
    add(spoken, headers);
    for other in OF_IDS.into_iter().filter(|other| *other != spoken) {
        remove(other, headers);
    }
}

const fn format(dialect: Dialect) -> HeaderFormat {
    match dialect {
        Dialect::B3 => HeaderFormat::B3,
        Dialect::B3Multi => HeaderFormat::B3Multi,
        Dialect::W3c => HeaderFormat::TraceContext,
    }
}
