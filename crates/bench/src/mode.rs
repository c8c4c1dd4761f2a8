//! The ways to trace the chain. Routes, handlers and client are the same in all of them.

use crate::hop::tracer::Kind;

/// A way to trace, as `--modes` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// No middleware, no subscriber: what the others are measured against
    Untraced,
    /// Our JSON lines, no spans
    JsonLines,
    /// The telemetry crate as the services use it: B3 multi, W3C and baggage; every trace
    Ours,
    /// The same with W3C headers alone
    OursW3c,
    /// The same as `ours`, one trace in a hundred
    #[value(name = "ours-1-percent")]
    Ours1Percent,
    /// `tracing-subscriber`'s JSON lines, no spans
    StockLines,
    /// `tracing-opentelemetry`, `opentelemetry-zipkin`, `tracing-subscriber`'s JSON lines; W3C headers
    TracingOpentelemetry,
    /// `fastrace` with a Zipkin reporter and JSON lines like ours; W3C headers
    Fastrace,
}

impl Mode {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Untraced,
        Self::JsonLines,
        Self::Ours,
        Self::OursW3c,
        Self::Ours1Percent,
        Self::StockLines,
        Self::TracingOpentelemetry,
        Self::Fastrace,
    ];

    /// The name in tables and on the command line.
    pub fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self)
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The tracer of a service in this mode.
    pub const fn tracer(self) -> Kind {
        match self {
            Self::Untraced => Kind::Off,
            Self::JsonLines => Kind::Lines,
            Self::Ours | Self::OursW3c | Self::Ours1Percent => Kind::Ours,
            Self::StockLines => Kind::StockLines,
            Self::TracingOpentelemetry => Kind::Stock,
            Self::Fastrace => Kind::Fastrace,
        }
    }

    /// Settings of the telemetry crate that this mode needs, beside the defaults.
    pub const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::JsonLines => &["--exporter", "none"],
            Self::OursW3c => &["--propagators", "tracecontext"],
            Self::Ours1Percent => &["--sampler", "parentbased_traceidratio", "--sampler-ratio", "0.01"],
            _ => &[],
        }
    }

    /// Spans that reach the sink for a request, when every trace is recorded.
    pub const fn sends_spans(self) -> bool {
        !matches!(self, Self::Untraced | Self::JsonLines | Self::StockLines)
    }
}
