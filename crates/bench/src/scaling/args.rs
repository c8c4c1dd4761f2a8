//! The size to plan for, and which numbers make sense.

use super::constants::SPAN_BYTES;

/// The size to plan for. Without `--requests-per-second`: the sizes of docs/scaling.md.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Args {
    /// Requests that enter the system in a second
    #[arg(long, value_name = "N", value_parser = positive)]
    pub requests_per_second: Option<f64>,

    /// Share of the traces that is recorded, 0 to 1; it is decided at the edge
    #[arg(long, default_value_t = 1.0, value_name = "SHARE", value_parser = share)]
    pub sampling: f64,

    /// Services that a request passes
    #[arg(long, default_value_t = 3.0, value_name = "N", value_parser = positive)]
    pub hops: f64,

    /// Spans of a recorded request
    #[arg(long, default_value_t = 8.0, value_name = "N", value_parser = positive)]
    pub spans_per_request: f64,

    /// Bytes of a span as JSON
    #[arg(long, default_value_t = SPAN_BYTES, value_name = "BYTES", value_parser = positive)]
    pub bytes_per_span: f64,

    /// Days that spans are kept
    #[arg(long, default_value_t = 7.0, value_name = "DAYS", value_parser = positive)]
    pub retention_days: f64,

    /// Copies of each shard beside the first
    #[arg(long, default_value_t = 1.0, value_name = "N", value_parser = not_negative)]
    pub replicas: f64,

    /// Requests that one process of a service answers in a second
    #[arg(long, default_value_t = 500.0, value_name = "N", value_parser = positive)]
    pub requests_per_process: f64,

    /// Spans that a process queues (OTEL_BSP_MAX_QUEUE_SIZE)
    #[arg(long, default_value_t = 2048.0, value_name = "SPANS", value_parser = not_negative)]
    pub queue: f64,

    /// Seconds without a collector
    #[arg(long, default_value_t = 60.0, value_name = "S", value_parser = seconds)]
    pub outage: f64,

    /// Money for a core for a month, in any currency
    #[arg(long, value_name = "MONEY", value_parser = not_negative)]
    pub core_month: Option<f64>,

    /// Money for a gigabyte of disk for a month
    #[arg(long, value_name = "MONEY", value_parser = not_negative)]
    pub gigabyte_month: Option<f64>,
}

fn number(text: &str, ok: fn(f64) -> bool, needed: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if f64::is_finite(number) && ok(number) => Ok(number),
        _ => Err(format!("{needed} is needed")),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| number > 0.0 && number <= 1e12,
        "a number above 0, 1e12 at most,",
    )
}

fn not_negative(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| (0.0..=1e12).contains(&number),
        "a number from 0 to 1e12",
    )
}

fn share(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| (0.0..=1.0).contains(&number),
        "a number from 0 to 1",
    )
}

fn seconds(text: &str) -> Result<f64, String> {
    number(
        text,
        |number| (0.0..=86_400.0).contains(&number),
        "a number of seconds, a day at most,",
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        _args: Args,
    }

    #[test]
    fn nonsense_is_refused() {
        let cases = [
            ["--sampling", "2"],
            ["--hops", "0"],
            ["--outage", "1e9"],
            ["--queue", "x"],
            ["--replicas", "NaN"],
        ];
        for case in cases {
            assert!(
                Cli::try_parse_from(std::iter::once("scaling").chain(case)).is_err(),
                "{case:?}"
            );
        }
    }
}
