//! Properties of every input: of headers, whoever sent them; of lines and spans, whatever is in them.

/// Headers in, headers out, and in again.
pub mod headers;

/// One line, valid, that says what it was told.
pub mod lines;

/// Spans as a collector gets them.
pub mod spans;
