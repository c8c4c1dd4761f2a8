//! Why a call had no answer.

use std::{error::Error, io};

/// Why no answer came, in a few words.
pub(crate) fn describe(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "timeout";
    }
    // Another scheme than http, …: nothing was tried.
    if error.is_builder() {
        return "request cannot be sent";
    }
    if !error.is_connect() {
        return "connection broken";
    }
    // A name that nobody knows, no route, …: the line of the failure has the whole story.
    if is_refused(error) {
        "connection refused"
    } else {
        "no connection"
    }
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref().map(io::Error::kind);
    kind == Some(io::ErrorKind::ConnectionRefused) || error.source().is_some_and(is_refused)
}
