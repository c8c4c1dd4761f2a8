//! Errors in the reader's language. The words of Zipkin's API stay in the API and in the JSON beside a view.

use super::reader::Reader;
use crate::error::Error;

/// The error and the next step.
pub fn said(reader: &Reader, error: &Error) -> String {
    match error {
        Error::Id(_) => reader
            .say("An id is up to 32 digits of hex, 0 to 9 and a to f, and not all zeros; a span's is up to 16.")
            .to_owned(),
        Error::UnknownTrace(id) => reader.fill("The trace {id} is gone.", &[("id", id)]),
        Error::Timeout => reader
            .say("The answer took too long: ask for less, or raise QUERY_TIMEOUT.")
            .to_owned(),
        Error::Busy => reader
            .say("Too many requests at once: ask again in a second.")
            .to_owned(),
        Error::Internal => reader
            .say("Something broke in the collector: ask again.")
            .to_owned(),
        error => reader.fill("No answer to this: {error}", &[("error", error)]),
    }
}
