//! An embedded, Zipkin-compatible collector, with pages of its own.
