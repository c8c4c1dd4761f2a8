//! Lends spans within bounds, and notes those that cannot be kept.

use std::mem;

use super::{
    draft::Draft,
    report::{Notes, Report},
    shared::Shared,
};
use crate::{SpanRef, decode::format::MAX_SPANS};

/// Bytes that the spans of a request may have from their resources and scopes. Each span gets a copy: a request of a megabyte of
/// attributes and a megabyte of spans would take gigabytes.
pub const MAX_SHARED_BYTES: usize = 32 << 20;

/// Lends each span to `found`.
pub struct Lender<'f> {
    found: &'f mut dyn FnMut(&SpanRef<'_>),
    notes: Notes,
    shared_bytes: usize,
    count: usize,
}

impl<'f> Lender<'f> {
    /// Nothing was lent.
    pub fn new(found: &'f mut dyn FnMut(&SpanRef<'_>)) -> Self {
        Self {
            found,
            notes: Notes::default(),
            shared_bytes: 0,
            count: 0,
        }
    }

    /// Makes ready for the next span, unless there are too many.
    pub fn begin<'a>(&mut self, draft: &mut Draft<'a>, shared: &Shared<'a>) -> Result<(), String> {
        self.count += 1;
        if self.count > MAX_SPANS {
            return Err(format!("more than {MAX_SPANS} spans"));
        }
        self.shared_bytes = self.shared_bytes.saturating_add(shared.bytes);
        if self.shared_bytes > MAX_SHARED_BYTES {
            return Err(format!(
                "attributes of resources and scopes that take more than {MAX_SHARED_BYTES} bytes, once for each span"
            ));
        }
        draft.begin();
        Ok(())
    }

    /// Lends a span that was read.
    pub fn lend<'a>(&mut self, draft: &mut Draft<'a>, shared: &Shared<'a>) {
        match draft.finish(shared) {
            Ok(span) => {
                self.notes.spans += 1;
                (self.found)(span);
            }
            Err(reason) => self.notes.reject(&draft.name, &reason),
        }
    }

    /// Something that whoever sent the request should know.
    pub fn hint(&mut self, hint: String) {
        self.notes.hint(hint);
    }

    /// The outcome of the request.
    pub fn report(&mut self) -> Report {
        mem::take(&mut self.notes).report()
    }
}
