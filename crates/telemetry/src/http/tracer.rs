//! What requests and calls have in common: how they are traced, and where their spans go.

use std::sync::Arc;

use super::settings::HttpSettings;
use crate::{delivery::queue::Queue, propagation, request::sampler::Sampler};

/// How requests and calls are traced.
#[derive(Debug)]
pub(crate) struct Tracer {
    pub propagation: propagation::PropagationSettings,
    pub http: HttpSettings,
    pub sampler: Sampler,
    pub queue: Arc<Queue>,
}
