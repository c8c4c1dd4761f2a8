//! The sink that the settings name.

use std::sync::Arc;

use super::{
    exporter::Exporter,
    queue::Queue,
    settings::{DeliverySettings, ExporterKind},
    zipkin::Zipkin,
};
use crate::{error::StartError, sink::Sink};

/// Starts the sink that the settings name, for the spans of the service `name`; none where none are sent.
///
/// # Errors
/// No HTTP client or thread can be had, or this build leaves out what is asked for.
pub(crate) fn start(name: &str, settings: &DeliverySettings) -> Result<Option<Arc<dyn Sink>>, StartError> {
    if settings.exporter == ExporterKind::None {
        return Ok(None);
    }
    let queue = Arc::new(Queue::new(
        settings.max_queue_size as usize,
        settings.max_batch_size as usize,
    ));
    let exporter = Exporter::new(name, settings, queue.clone())?;
    Ok(Some(Arc::new(Zipkin::start(name, queue, exporter)?)))
}
