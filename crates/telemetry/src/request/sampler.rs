//! Samplers, as the OpenTelemetry specification names them.

use zipkin::TraceId;

use crate::propagation::Sampling;

/// The samplers that `OTEL_TRACES_SAMPLER` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[cfg_attr(feature = "clap", value(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SamplerKind {
    /// Every trace, whatever the caller decided.
    AlwaysOn,
    /// None, whatever the caller decided.
    AlwaysOff,
    /// A share of the traces, whatever the caller decided.
    #[cfg_attr(feature = "clap", value(name = "traceidratio"))]
    TraceIdRatio,
    /// As the caller decided; where nobody did, every trace.
    #[cfg_attr(feature = "clap", value(name = "parentbased_always_on"))]
    ParentBasedAlwaysOn,
    /// As the caller decided; where nobody did, none.
    #[cfg_attr(feature = "clap", value(name = "parentbased_always_off"))]
    ParentBasedAlwaysOff,
    /// As the caller decided; where nobody did, a share of the traces.
    #[cfg_attr(feature = "clap", value(name = "parentbased_traceidratio"))]
    ParentBasedTraceIdRatio,
}

/// A sampler with its share.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    kind: SamplerKind,
    ratio: f64,
}

impl Sampler {
    /// A sampler; `ratio` is from 0 to 1 and counts for the ratio samplers alone.
    pub const fn new(kind: SamplerKind, ratio: f64) -> Self {
        Self { kind, ratio }
    }

    /// The decision for a trace, never [`Sampling::Defer`]. Debug is recorded by every sampler: that is what it means.
    ///
    /// ```
    /// use telemetry::{Sampler, TraceId, config::SamplerKind, propagation::Sampling};
    ///
    /// let none = Sampler::new(SamplerKind::ParentBasedTraceIdRatio, 0.0);
    /// let id = TraceId::new(0x463ac35c9f6413ad);
    /// assert_eq!(none.decide(id, Sampling::Defer), Sampling::Deny);
    /// assert_eq!(none.decide(id, Sampling::Accept), Sampling::Accept); // the caller's word counts
    /// ```
    pub fn decide(self, trace_id: TraceId, caller: Sampling) -> Sampling {
        use SamplerKind::*;
        let parent_based = matches!(
            self.kind,
            ParentBasedAlwaysOn | ParentBasedAlwaysOff | ParentBasedTraceIdRatio
        );
        if caller == Sampling::Debug || (parent_based && caller != Sampling::Defer) {
            return caller;
        }
        let accepted = match self.kind {
            AlwaysOn | ParentBasedAlwaysOn => true,
            AlwaysOff | ParentBasedAlwaysOff => false,
            TraceIdRatio | ParentBasedTraceIdRatio => self.is_within_share(trace_id),
        };
        if accepted {
            Sampling::Accept
        } else {
            Sampling::Deny
        }
    }

    /// By the trace id, so that every service that asks says the same of a trace.
    fn is_within_share(self, trace_id: TraceId) -> bool {
        self.ratio >= 1.0 || (trace_id.low() >> 1) < (self.ratio * (1u64 << 63) as f64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_decide_for_the_samplers_that_ask_them() {
        use Sampling::*;
        for (kind, decisions) in [
            (SamplerKind::AlwaysOn, [Accept, Accept, Debug, Accept]),
            (SamplerKind::AlwaysOff, [Deny, Deny, Debug, Deny]),
            (SamplerKind::ParentBasedAlwaysOn, [Accept, Deny, Debug, Accept]),
            (SamplerKind::ParentBasedAlwaysOff, [Accept, Deny, Debug, Deny]),
        ] {
            let sampler = Sampler::new(kind, 1.0);
            assert_eq!(
                [Accept, Deny, Debug, Defer].map(|from| sampler.decide(TraceId::new(1), from)),
                decisions
            );
        }
    }

    #[test]
    fn a_share_of_the_traces_is_taken() {
        for (ratio, expected) in [(0.0, 0..=0), (0.1, 900..=1100), (1.0, 10_000..=10_000)] {
            let sampler = Sampler::new(SamplerKind::TraceIdRatio, ratio);
            let mut random = fastrand::Rng::with_seed(7);
            let taken = (0..10_000)
                .filter(|_| {
                    sampler.decide(TraceId::new(random.u128(..)), Sampling::Defer) == Sampling::Accept
                })
                .count();
            assert!(expected.contains(&taken), "{taken} at {ratio}");
        }
    }
}
