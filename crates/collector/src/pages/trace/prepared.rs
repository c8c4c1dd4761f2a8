//! Pages of large traces, drawn before somebody comes: of 100,000 spans, one takes a good part of a second.

use tokio::time::timeout;

use super::{
    kept::Kept,
    made::{self, Asked},
};
use crate::{
    Collector,
    pages::{reader::Reader, view::View},
};

/// Draws and keeps the page of each large trace that has grown, once it is quiet, and goes on for ever. One page at a time, in the
/// place that is there for it, in the language of the latest reader.
pub async fn prepare(collector: &Collector, kept: &Kept) {
    loop {
        let key = collector.store().grown().quiet().await;
        let Some(spans) = collector.store().found(key) else {
            continue;
        };
        let (id, bytes) = (spans.trace_id(), spans.end());
        drop(spans);
        let asked = Asked {
            reader: Reader::of_traces(kept.language()),
            view: View::default(),
            is_json: false,
        };
        let limit = collector.config().query_timeout.duration();
        // An error is said to whoever comes: the page is drawn again then.
        let _ = timeout(limit, made::kept_or_drawn(collector, kept, &asked, id, bytes)).await;
    }
}
