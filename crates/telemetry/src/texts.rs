//! Texts in the making: buffers, texts that are too long, and what a line may show of a text.

/// Buffers that are used again.
pub(crate) mod scratch;

/// Characters that a line shows as they are.
pub(crate) mod escape;

/// Texts that are too long.
pub(crate) mod cut;

/// Lists in settings.
pub(crate) mod list;

/// Yes or no in settings.
#[cfg(feature = "clap")]
pub(crate) mod boolean;
