//! Whether the first request is recorded. Where it is not, nobody should wait for its trace.

use clap::ValueEnum as _;
use telemetry::{Sampler, config::SamplerKind, propagation};
use zipkin::TraceId;

use crate::settings;

/// The settings that leave traces out.
#[derive(Clone, Copy, Debug)]
pub struct Sampling {
    sampler: SamplerKind,
    ratio: f64,
    /// The share that our own collector keeps; 1 where there is none.
    collector_rate: f64,
}

/// The services' settings from the environment. Read here as well, so that a wrong one is said before three processes have it.
#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    telemetry: telemetry::Config,
}

impl Sampling {
    /// As the services read it, and our own collector if there is one.
    pub fn read(collector: Option<&collector::Config>) -> Self {
        // Variables that `up` sets are not looked at.
        let fixed = [
            "hop",
            "--exporter=zipkin",
            "--service-name=gateway",
            "--zipkin-endpoint=http://127.0.0.1",
            "--kafka-bootstrap-servers=127.0.0.1:9092",
            "--kafka-topic=zipkin",
        ];
        let settings: Settings = settings::read(fixed.map(Into::into));
        Self {
            sampler: settings.telemetry.sampling.sampler,
            ratio: settings.telemetry.sampling.sampler_ratio,
            collector_rate: collector.map_or(1.0, |config| config.collector_sample_rate),
        }
    }

    /// The setting that leaves out this trace, which nobody before us has decided on.
    pub fn leaves_out(self, id: TraceId) -> Option<String> {
        let decision = Sampler::new(self.sampler, self.ratio).decide(id, propagation::Sampling::Defer);
        if !decision.is_sampled() {
            return Some(self.named());
        }
        (self.collector_rate <= 0.0).then(|| "COLLECTOR_SAMPLE_RATE is 0".to_owned())
    }

    /// The settings that may leave out a trace, for one that has not come.
    pub fn hint(self) -> String {
        let rate = self.collector_rate;
        if rate < 1.0 {
            format!(" (COLLECTOR_SAMPLE_RATE is {rate})")
        } else {
            String::new()
        }
    }

    fn named(self) -> String {
        let value = self.sampler.to_possible_value();
        let name = value.as_ref().map_or("off", |value| value.get_name());
        match self.sampler {
            SamplerKind::TraceIdRatio | SamplerKind::ParentBasedTraceIdRatio => format!(
                "OTEL_TRACES_SAMPLER is {name} and OTEL_TRACES_SAMPLER_ARG is {}",
                self.ratio
            ),
            _ => format!("OTEL_TRACES_SAMPLER is {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_that_leaves_a_trace_out_is_named() {
        for (sampler, ratio, collector_rate, named) in [
            (SamplerKind::ParentBasedAlwaysOn, 0.0, 1.0, None),
            (
                SamplerKind::AlwaysOff,
                1.0,
                1.0,
                Some("OTEL_TRACES_SAMPLER is always_off"),
            ),
            (
                SamplerKind::ParentBasedAlwaysOff,
                1.0,
                1.0,
                Some("OTEL_TRACES_SAMPLER is parentbased_always_off"),
            ),
            (
                SamplerKind::ParentBasedTraceIdRatio,
                0.0,
                1.0,
                Some("OTEL_TRACES_SAMPLER is parentbased_traceidratio and OTEL_TRACES_SAMPLER_ARG is 0"),
            ),
            (SamplerKind::TraceIdRatio, 1.0, 1.0, None),
            (
                SamplerKind::AlwaysOn,
                1.0,
                0.0,
                Some("COLLECTOR_SAMPLE_RATE is 0"),
            ),
            (SamplerKind::AlwaysOn, 1.0, 0.5, None),
        ] {
            let sampling = Sampling {
                sampler,
                ratio,
                collector_rate,
            };
            assert_eq!(sampling.leaves_out(TraceId::new(7)).as_deref(), named);
        }
    }
}
