//! The tracer that requests and calls share: settings, sampler, and the way of their spans.

use super::settings::HttpSettings;
use crate::{delivery::handle::Delivery, propagation, request::sampler::Sampler};

/// The tracer that requests and calls share.
#[derive(Debug)]
pub(crate) struct Tracer {
    pub propagation: propagation::PropagationSettings,
    pub http: HttpSettings,
    pub sampler: Sampler,
    pub delivery: Delivery,
}
