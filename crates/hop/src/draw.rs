//! A trace in the terminal: its waterfall and its hops, in lines of at most so many columns.

/// Texts that fit: control characters, wide characters.
pub mod text;

/// The frame of all tables.
mod frame;

/// Why figures are missing.
mod reasons;

/// The answer and the doubts.
mod answer;

/// Where the time went.
mod table;

/// When each span ran.
mod waterfall;

pub use answer::answer;
pub use frame::{Paper, Rows};
pub use reasons::Marks;
pub use table::{hops, ways};
pub use waterfall::waterfall;

#[cfg(test)]
mod tests;
