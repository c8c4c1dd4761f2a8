//! Lines that are kept in memory, for tests and fuzz targets.

use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::layer::SubscriberExt as _;
use zipkin::{SpanId, TraceId};

use crate::{
    config::Config,
    logs::{LineFormat, Output},
    process::Parts,
    propagation::{Extracted, Ids, Sampling},
    request::{
        sampler::{Sampler, SamplerKind},
        scope::{SCOPE, Scope},
    },
};

/// The lines of this work in this format, in a process named `shop`.
pub fn written(format: &str, log: impl FnOnce()) -> String {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mut config = Config::default();
    config.lines.log_format = match format {
        "logback" => LineFormat::Logback,
        "gcp" => LineFormat::Gcp,
        "ecs" => LineFormat::Ecs,
        _ => LineFormat::Text,
    };
    config.lines.google_cloud_project = Some("p-1".to_owned());
    let Parts { layer, .. } = Parts::new("shop", &config, Output::Memory(kept.clone()), None);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
    let bytes = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    String::from_utf8(bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs within a request of a 64-bit trace, with this MDC.
pub fn in_request(mdc: &[(&str, &str)], log: impl FnOnce()) {
    let ids = Ids {
        trace_id: TraceId::new(0xa1),
        span_id: SpanId::new(0xb2),
        parent_id: None,
    };
    let caller = Extracted {
        ids: Some(ids),
        sampling: Sampling::Accept,
        ..Extracted::default()
    };
    let scope = Scope::new(
        caller,
        Sampler::new(SamplerKind::ParentBasedAlwaysOn, 1.0),
        mdc.iter().copied().collect(),
    );
    SCOPE.sync_scope(Arc::new(scope), log);
}
