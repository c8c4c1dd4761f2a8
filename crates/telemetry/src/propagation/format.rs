//! The formats of headers, by the names of `OTEL_PROPAGATORS`.

/// A format of propagation headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum HeaderFormat {
    /// One `b3` header.
    B3,
    /// `X-B3-…` headers.
    #[cfg_attr(feature = "clap", value(name = "b3multi"))]
    B3Multi,
    /// `traceparent` and `tracestate`.
    #[cfg_attr(feature = "clap", value(name = "tracecontext"))]
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
