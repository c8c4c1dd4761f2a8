//! Texts in the making: buffers, texts that are too long, and what a line may show of a text.

/// Buffers that are used again.
pub(crate) mod scratch;

/// What a line may show as it is.
pub(crate) mod escape;

/// Texts that are too long.
pub(crate) mod cut;

/// Lists in settings.
#[cfg(feature = "clap")]
pub(crate) mod list;
