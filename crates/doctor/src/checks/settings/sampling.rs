//! Variables that decide which traces are recorded.

use probe::Said;

use super::environment::{Variables, value};
use crate::finding::Verdict;

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";

/// The sampler records requests.
pub fn sampler(variables: &Variables) -> Option<(Verdict, Said)> {
    let name = value(variables, SAMPLER)?;
    let ratio = || value(variables, "OTEL_TRACES_SAMPLER_ARG").unwrap_or("1");
    match name {
        "always_on" | "parentbased_always_on" => None,
        "always_off" | "parentbased_always_off" => {
            let said = Said::new(
                format!("{SAMPLER}={name} records nothing"),
                format!("{SAMPLER}={name}: 아무것도 기록하지 않습니다"),
            );
            Some((Verdict::Bad, said))
        }
        "traceidratio" | "parentbased_traceidratio"
            if ratio().parse::<f64>().is_ok_and(|ratio| ratio >= 1.0) =>
        {
            None
        }
        "traceidratio" | "parentbased_traceidratio" => Some((
            Verdict::Warning,
            Said::new(
                format!(
                    "{SAMPLER}={name} records {} of all traces: the others are in the lines alone",
                    ratio()
                ),
                format!(
                    "{SAMPLER}={name}: 트레이스의 {}만 기록합니다. 나머지는 로그에만 남습니다",
                    ratio()
                ),
            ),
        )),
        _ => Some((
            Verdict::Bad,
            Said::new(
                format!("{SAMPLER}={name} is no sampler: parentbased_always_on is the default"),
                format!("{SAMPLER}={name}: 없는 샘플러입니다. 기본값은 parentbased_always_on입니다"),
            ),
        )),
    }
}

/// The ratio is a number from 0 to 1.
pub fn ratio(variables: &Variables) -> Option<(Verdict, Said)> {
    let ratio = value(variables, "OTEL_TRACES_SAMPLER_ARG")?;
    let is_one = ratio
        .parse::<f64>()
        .is_ok_and(|ratio| (0.0..=1.0).contains(&ratio));
    (!is_one).then(|| {
        (
            Verdict::Bad,
            Said::new(
                format!("OTEL_TRACES_SAMPLER_ARG={ratio} is no number from 0 to 1"),
                format!("OTEL_TRACES_SAMPLER_ARG={ratio}: 0에서 1 사이의 수가 아닙니다"),
            ),
        )
    })
}
