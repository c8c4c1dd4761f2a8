//! The end of a span that stands for a call, on either side of it.

use std::sync::Arc;

use http::StatusCode;
use tracing::Span;

use crate::{layer::with_record, queue::Queue};

/// Ends its span when it is dropped: after the response, or because the call was given up.
pub(crate) struct Ending {
    span: Span,
    queue: Arc<Queue>,
    /// The response's status, or why there is none.
    pub outcome: Option<Result<StatusCode, &'static str>>,
}

impl Ending {
    pub fn of(span: &Span, queue: &Arc<Queue>) -> Self {
        Self {
            span: span.clone(),
            queue: queue.clone(),
            outcome: None,
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        with_record(&self.span, |record| {
            let error = match self.outcome {
                Some(Ok(status)) => {
                    record.tag("http.status_code", status.as_str());
                    // As Brave has it, on both sides: a learner looks for red rows.
                    let failed = status.is_client_error() || status.is_server_error();
                    failed.then(|| status.as_str().to_owned())
                }
                Some(Err(reason)) => Some(reason.to_owned()),
                None if std::thread::panicking() => Some("panic".to_owned()),
                None => Some("cancelled".to_owned()),
            };
            if let Some(error) = error.filter(|_| record.is_sampled()) {
                // An ERROR line of the request has said it better.
                record.span.tags.entry("error".to_owned()).or_insert(error);
            }
            record.end(&self.queue);
        });
    }
}
