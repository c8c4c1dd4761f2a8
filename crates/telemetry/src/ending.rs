//! The end of a span that stands for a call, on either side of it.

use std::{net::IpAddr, sync::Arc};

use http::StatusCode;
use smol_str::SmolStr;
use tracing::Span;

use crate::{layer::with_record, queue::Queue, record::Record};

/// Ends its span when it is dropped: after the response, or because the call was given up.
pub(crate) struct Ending {
    pub span: Span,
    queue: Arc<Queue>,
    /// The response's status, or why there is none.
    pub outcome: Option<Result<StatusCode, &'static str>>,
    /// The address behind the name of the other side, where it is known by now.
    pub peer: Option<IpAddr>,
}

impl Ending {
    pub fn of(span: Span, queue: &Arc<Queue>) -> Self {
        Self {
            span,
            queue: queue.clone(),
            outcome: None,
            peer: None,
        }
    }

    fn describe(&self, record: &mut Record) {
        match self.outcome {
            Some(Ok(status)) => {
                record.tag(SmolStr::new_static("http.status_code"), status.as_str().into());
                // As Brave has it, on both sides: a learner looks for red rows.
                if status.is_client_error() || status.is_server_error() {
                    record.tag_error(status.as_str());
                }
            }
            Some(Err(reason)) => record.tag_error(reason),
            None if std::thread::panicking() => record.tag_error("panic"),
            None => record.tag_error("cancelled"),
        }
        if let (Some(peer), Some(endpoint)) = (self.peer, &mut record.remote_endpoint) {
            endpoint.set_ip(peer);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        with_record(&self.span, |record| {
            if record.is_sampled() {
                self.describe(record);
            }
            record.end(&self.queue);
        });
    }
}
