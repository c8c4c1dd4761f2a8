//! The end of a request's or a call's span.

use std::sync::Arc;

use http::StatusCode;
use smol_str::SmolStr;
use tracing::Span;

use crate::{
    delivery::outlet::Outlet,
    sink::value::Kept,
    spans::{current::with_record, record::SpanRecord},
};

/// The response's status, or why there is none; nothing while it may still come.
pub(crate) type Outcome = Option<Result<StatusCode, &'static str>>;

/// Ends the record with what came of it; nothing, when it was given up.
pub(crate) fn end(record: &mut SpanRecord, outcome: Outcome, outlet: &Outlet) {
    if record.is_sampled() {
        describe(record, outcome);
    }
    record.end(outlet);
}

fn describe(record: &mut SpanRecord, outcome: Outcome) {
    match outcome {
        Some(Ok(status)) => {
            let code = Kept::I64(status.as_u16().into());
            record.tag(SmolStr::new_static("http.status_code"), code);
            // As Brave has it, on both sides: a learner looks for red rows.
            if status.is_client_error() || status.is_server_error() {
                record.tag_error(status.as_str());
            }
        }
        Some(Err(reason)) => record.tag_error(reason),
        None if std::thread::panicking() => record.tag_error("panic"),
        None => record.tag_error("cancelled"),
    }
}

/// Ends a request's span when it is dropped: after the response, or because the request was given up.
pub(crate) struct Ending {
    pub span: Span,
    pub outlet: Arc<Outlet>,
    pub outcome: Outcome,
}

impl Drop for Ending {
    fn drop(&mut self) {
        with_record(&self.span, |record| end(record, self.outcome, &self.outlet));
    }
}
