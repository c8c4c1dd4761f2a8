//! Which traces are recorded.

use super::sampler::SamplerKind;

/// Which traces are recorded.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct SamplingSettings {
    /// Which traces are recorded
    #[arg(
        long,
        env = "OTEL_TRACES_SAMPLER",
        value_name = "SAMPLER",
        ignore_case = true,
        default_value = "parentbased_always_on"
    )]
    pub sampler: SamplerKind,

    /// Share of traces for the …traceidratio samplers, 0 to 1
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", value_name = "RATIO", default_value = "1", value_parser = ratio)]
    pub sampler_ratio: f64,
}

fn ratio(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("a number from 0 to 1 is needed, such as 0.1 for a tenth of the traces".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_from_0_to_1() {
        assert_eq!(
            [ratio("0"), ratio(" 0.5"), ratio("1")],
            [Ok(0.0), Ok(0.5), Ok(1.0)]
        );
        for bad in ["2", "-0.1", "NaN", "inf", "10%", ""] {
            assert!(ratio(bad).unwrap_err().contains("from 0 to 1"), "{bad}");
        }
    }
}
