//! What requests and calls have in common: how they are traced, and where their spans go.

use super::settings::HttpSettings;
use crate::{delivery::handle::Delivery, propagation, request::sampler::Sampler};

/// How requests and calls are traced.
#[derive(Debug)]
pub(crate) struct Tracer {
    pub propagation: propagation::PropagationSettings,
    pub http: HttpSettings,
    pub sampler: Sampler,
    pub delivery: Delivery,
}
