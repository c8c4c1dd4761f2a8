//! All rounds as Markdown: medians, with the least and the most of the rounds beside them.

use super::sample::{Latency, Measured, Sample, quantile};
use crate::mode::Mode;

const HEAD: &str = "\
| mode | CPU, µs a request | × untraced | requests/s | p50, ms | p99, ms | p99 × untraced | memory, MiB | first answer, ms | spans a request | allocations |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
";

/// The table, and what its figures mean.
pub fn markdown(modes: &[Measured]) -> String {
    let untraced = modes.iter().find(|measured| measured.mode == Mode::Untraced);
    let rows: String = modes.iter().map(|measured| row(measured, untraced)).collect();
    let rounds = modes.first().map_or(0, |measured| measured.samples.len());
    let steady = modes.first().map_or(0.0, |measured| measured.steady_rate);
    format!(
        "{HEAD}{rows}\n\
         Medians of {rounds} interleaved rounds, least to most in brackets; ratios are taken within each round.\n\
         CPU, memory and allocations are the sums of the three services, exporter included, load and sink excluded.\n\
         Log lines go to the null device. Latency is at {steady:.0} requests a second in all modes, half of what the slowest can do.\n\
         A dash is what this system does not tell, or what was not counted.\n{}",
        exporter(modes)
    )
}

fn row(measured: &Measured, untraced: Option<&Measured>) -> String {
    let of = |get: fn(&Sample) -> Option<f64>| measured.samples.iter().filter_map(get).collect::<Vec<_>>();
    let steady = |get: fn(&Latency) -> f64| measured.latencies.iter().map(get).collect::<Vec<_>>();
    let against = |ratios: fn(&Measured, &Measured) -> Vec<f64>| {
        spread(
            untraced.map_or(Vec::new(), |untraced| ratios(measured, untraced)),
            2,
        )
    };
    let starts = measured.starts.iter().map(|time| time.as_secs_f64() * 1e3);
    let cells = [
        spread(of(|sample| sample.cpu_us), 0),
        against(cpu_ratios),
        spread(of(|sample| Some(sample.rate)), 0),
        spread(steady(|latency| latency.p50), 2),
        spread(steady(|latency| latency.p99), 2),
        against(p99_ratios),
        shown(of(|sample| sample.resident_mib).last().copied(), 0),
        spread(starts.collect(), 0),
        shown(quantile(of(|sample| Some(sample.spans)), 0.5), 2),
        shown(quantile(of(|sample| sample.allocations), 0.5), 0),
    ];
    format!("| {} | {} |\n", measured.mode.name(), cells.join(" | "))
}

/// The CPU of each round as a multiple of the untraced CPU of that round.
fn cpu_ratios(measured: &Measured, untraced: &Measured) -> Vec<f64> {
    let pairs = measured.samples.iter().zip(&untraced.samples);
    pairs
        .filter_map(|(sample, untraced)| Some(sample.cpu_us? / untraced.cpu_us?))
        .collect()
}

/// The same of the slowest in a hundred at the steady rate.
fn p99_ratios(measured: &Measured, untraced: &Measured) -> Vec<f64> {
    let pairs = measured.latencies.iter().zip(&untraced.latencies);
    pairs
        .map(|(latency, untraced)| latency.p99 / untraced.p99)
        .collect()
}

/// The cost of the exporter of the telemetry crate alone: it has a thread of its own, whose time is known.
fn exporter(modes: &[Measured]) -> String {
    let Some(ours) = modes.iter().find(|measured| measured.mode == Mode::Ours) else {
        return String::new();
    };
    let median =
        |get: fn(&Sample) -> Option<f64>| quantile(ours.samples.iter().filter_map(get).collect(), 0.5);
    match (
        median(|sample| sample.exporter_us),
        median(|sample| Some(sample.span_bytes)),
    ) {
        (Some(us), Some(bytes)) => {
            format!("Our exporter's own thread: {us:.2} µs of CPU a span, {bytes:.0} bytes of JSON a span.\n")
        }
        _ => String::new(),
    }
}

fn spread(values: Vec<f64>, digits: usize) -> String {
    let [least, median, most] = [0.0, 0.5, 1.0].map(|share| quantile(values.clone(), share));
    match (least, median, most) {
        (Some(least), Some(median), Some(most)) => {
            format!("{median:.digits$} ({least:.digits$}–{most:.digits$})")
        }
        _ => "-".to_owned(),
    }
}

fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(cpu_us: Option<f64>) -> Sample {
        Sample {
            cpu_us,
            exporter_us: None,
            resident_mib: None,
            spans: 8.0,
            span_bytes: 400.0,
            rate: 1000.0,
            allocations: None,
        }
    }

    #[test]
    fn ratios_are_taken_within_each_round() {
        let mut untraced = Measured::of(Mode::Untraced);
        untraced.samples = [100.0, 200.0, 400.0].map(|cpu| sample(Some(cpu))).into();
        let mut ours = Measured::of(Mode::Ours);
        ours.samples = [150.0, 280.0, 520.0].map(|cpu| sample(Some(cpu))).into();
        let table = markdown(&[untraced, ours]);
        assert!(
            table.contains("\n| untraced | 200 (100–400) | 1.00 (1.00–1.00) |"),
            "{table}"
        );
        assert!(
            table.contains("\n| ours | 280 (150–520) | 1.40 (1.30–1.50) |"),
            "{table}"
        );
    }

    #[test]
    fn figures_that_a_system_does_not_tell_are_dashes() {
        let mut untraced = Measured::of(Mode::Untraced);
        untraced.samples = vec![sample(None)];
        let table = markdown(&[untraced]);
        assert!(
            table.contains("\n| untraced | - | - | 1000 (1000–1000) | - | - | - | - | - | 8.00 | - |"),
            "{table}"
        );
    }
}
