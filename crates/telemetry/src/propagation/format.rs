//! The formats of headers, by the names of `OTEL_PROPAGATORS`.

/// A format of propagation headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[non_exhaustive]
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
    /// The headers of a format, in lower case: for a proxy that takes them off, or a test that looks at them.
    ///
    /// ```
    /// use telemetry::config::HeaderFormat;
    ///
    /// assert_eq!(HeaderFormat::TraceContext.header_names(), ["traceparent", "tracestate"]);
    /// ```
    pub const fn header_names(self) -> &'static [&'static str] {
        match self {
            Self::B3 => &["b3"],
            Self::B3Multi => &[
                "x-b3-traceid",
                "x-b3-spanid",
                "x-b3-parentspanid",
                "x-b3-sampled",
                "x-b3-flags",
            ],
            Self::TraceContext => &["traceparent", "tracestate"],
            Self::Baggage => &["baggage"],
            Self::None => &[],
        }
    }

    /// The most headers that a format writes.
    pub(super) const fn most_headers(&self) -> usize {
        match self {
            Self::B3Multi => 4,
            Self::TraceContext => 2,
            Self::B3 | Self::Baggage => 1,
            Self::None => 0,
        }
    }
}
