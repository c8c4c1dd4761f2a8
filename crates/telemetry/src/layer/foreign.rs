//! Records of the crate `log`, as `tracing_log::LogTracer` passes them on: events of one place in the code, whose fields say
//! where the record comes from.

use std::fmt::Debug;

use tracing::{
    Event, Metadata,
    field::{Field, FieldSet, Visit},
    metadata::Kind,
};

use crate::logs::Line;

/// Where a record comes from.
#[derive(Default)]
pub(super) struct Foreign {
    target: String,
    module_path: Option<String>,
    file: Option<String>,
    line: Option<u32>,
}

/// Whether the place in the code is that of all records of a level.
pub(super) fn is_foreign(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "log" && metadata.name() == "log event"
}

/// Takes the fields out that say where the record comes from.
pub(super) fn clean(line: &mut Line) {
    line.fields.retain(|field| !field.name.starts_with("log."));
}

impl Foreign {
    /// None for an event of `tracing`.
    pub fn read(event: &Event<'_>) -> Option<Self> {
        if !is_foreign(event.metadata()) {
            return None;
        }
        let mut record = Self::default();
        event.record(&mut record);
        Some(record)
    }

    /// The event's, with the target and the place of the record.
    pub fn metadata(&self, event: &Event<'_>) -> Metadata<'_> {
        let metadata = event.metadata();
        Metadata::new(
            metadata.name(),
            &self.target,
            *metadata.level(),
            self.file.as_deref(),
            self.line,
            self.module_path.as_deref(),
            FieldSet::new(&[], metadata.callsite()),
            Kind::EVENT,
        )
    }
}

impl Visit for Foreign {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.target = value.to_owned(),
            "log.module_path" => self.module_path = Some(value.to_owned()),
            "log.file" => self.file = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "log.line" {
            self.line = u32::try_from(value).ok();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
