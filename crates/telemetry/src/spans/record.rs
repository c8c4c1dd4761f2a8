//! A span at work: its ids, and, where it will be sent, what it will say.

use std::sync::Arc;

use smol_str::SmolStr;
use zipkin::{EndpointRef, Kind, SpanId};

use super::notes::{Notes, shortened};
use crate::{
    delivery::outlet::Outlet,
    propagation::Sampling,
    request::{ids::new_span_id, scope::Scope},
    sink::{EndedSpan, value::Kept},
};

/// The tag of OpenTelemetry's status, and what it may say.
const STATUS: &str = "otel.status_code";
const OK: &str = "OK";
const ERROR: &str = "ERROR";
const DESCRIPTION: &str = "otel.status_description";

/// Kept in the registry's extensions from the span's start to its last child's end.
#[derive(Debug)]
pub(crate) struct SpanRecord {
    /// The scope that it shares with the other spans of its request.
    pub scope: Arc<Scope>,
    pub id: SpanId,
    pub parent_id: Option<SpanId>,
    /// The id is the caller's, too.
    pub shared: bool,
    pub name: SmolStr,
    pub kind: Option<Kind>,
    pub remote_endpoint: Option<EndpointRef<'static>>,
    /// Scheme and host of its URL, as far as they are known.
    pub url: (&'static str, SmolStr),
    /// In microseconds since the epoch.
    started: u64,
    notes: Notes,
    ended: bool,
    /// Below INFO: spans within have its trace, and it is none of them.
    hidden: bool,
}

impl SpanRecord {
    /// Begins a span with a new id. One that nobody will send needs its ids alone, for lines and for the next hop.
    pub fn start(scope: Arc<Scope>, parent_id: Option<SpanId>, name: &'static str) -> Self {
        let is_sampled = scope.sampling.is_sampled();
        Self {
            id: new_span_id(),
            parent_id,
            shared: false,
            name: SmolStr::new_static(name),
            kind: None,
            remote_endpoint: None,
            url: ("", SmolStr::default()),
            started: if is_sampled { scope.now() } else { 0 },
            notes: Notes::default(),
            ended: false,
            hidden: false,
            scope,
        }
    }

    /// Keeps the span for what is within alone: it is not sent.
    pub const fn hide(&mut self) {
        (self.ended, self.hidden) = (true, true);
    }

    /// The id, where there is such a span.
    pub fn shown_id(&self) -> Option<SpanId> {
        (!self.hidden).then_some(self.id)
    }

    /// Whether the span will be sent.
    pub fn is_sampled(&self) -> bool {
        self.scope.sampling.is_sampled()
    }

    /// Sets a tag, where the span will be sent.
    pub fn tag(&mut self, key: SmolStr, value: impl Into<Kept>) {
        if self.is_sampled() && !self.ended {
            self.notes.tag(key, value.into());
        }
    }

    /// Removes a tag.
    pub fn untag(&mut self, key: &str) {
        self.notes.untag(key);
    }

    /// Sets the tag `error`, where nothing has said it better, or that all is well.
    pub fn tag_error(&mut self, reason: &str) {
        if self.notes.get("error").is_none() && self.notes.text(STATUS) != Some(OK) {
            self.tag(SmolStr::new_static("error"), reason);
        }
    }

    /// Sets OpenTelemetry's status as its exporters for Zipkin write it. `OK` is final, and no error stands beside it.
    pub fn set_status(&mut self, code: SmolStr) {
        if self.notes.text(STATUS) == Some(OK) || code.eq_ignore_ascii_case("unset") {
            return;
        }
        let key = SmolStr::new_static(STATUS);
        if code.eq_ignore_ascii_case(OK) {
            self.tag(key, SmolStr::new_static(OK));
            self.untag("error");
        } else if code.eq_ignore_ascii_case(ERROR) {
            self.tag(key, SmolStr::new_static(ERROR));
            let description = self.notes.text(DESCRIPTION).unwrap_or("true").to_owned();
            self.untag(DESCRIPTION);
            self.tag_error(&description);
        } else {
            self.tag(key, code);
        }
    }

    /// Says why the status is an error; before it is one, the words wait in a tag.
    pub fn describe_status(&mut self, description: SmolStr) {
        let is_error = self.notes.text(STATUS) == Some(ERROR);
        let key = if is_error { "error" } else { DESCRIPTION };
        self.tag(SmolStr::new_static(key), description);
    }

    /// Notes an ERROR event: an annotation, and the tag `error`.
    pub fn fail(&mut self, message: &str) {
        if self.is_sampled() && !self.ended {
            self.notes.annotate(self.scope.now(), message);
            self.tag_error(message);
        }
    }

    /// Ends the span and hands it over, once. A request's span ends with its response, although the registry keeps
    /// it open until the last background task that it spawned has ended; children that outlive it still need its ids.
    pub fn end(&mut self, outlet: &Outlet) {
        if self.ended {
            return;
        }
        self.ended = true;
        if self.is_sampled() {
            // Zipkin reads a duration of 0 as none.
            let duration_us = self.scope.now().saturating_sub(self.started).max(1);
            self.notes.count_dropped();
            let cut = shortened(&self.name);
            outlet.end(&EndedSpan {
                trace_id: self.scope.trace_id,
                id: self.id,
                parent_id: self.parent_id,
                shared: self.shared,
                debug: self.scope.sampling == Sampling::Debug,
                kind: self.kind,
                name: cut.as_ref().unwrap_or(&self.name),
                start_us: self.started,
                duration_us,
                service: outlet.service(),
                local_ip: self.scope.local_ip,
                remote: self.remote_endpoint.as_ref(),
                url: (self.url.0, &self.url.1),
                trace_state: self.scope.tracestate.as_deref(),
                tags: &self.notes.tags,
                annotations: &self.notes.annotations,
            });
            self.notes = Notes::default();
        }
    }
}
