//! The formats of headers, by the names of `OTEL_PROPAGATORS`.

/// A format of propagation headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum HeaderFormat {
    /// One `b3` header.
    B3,
    /// `X-B3-…` headers.
    #[value(name = "b3multi")]
    B3Multi,
    /// `traceparent` and `tracestate`.
    #[value(name = "tracecontext")]
    TraceContext,
    /// `baggage`, for MDC values.
    Baggage,
    /// Nothing is written.
    None,
}

impl HeaderFormat {
    /// How many headers a format has at most.
    pub(super) const fn most_headers(&self) -> usize {
        match self {
            Self::B3Multi => 4,
            Self::TraceContext => 2,
            Self::B3 | Self::Baggage => 1,
            Self::None => 0,
        }
    }
}
