//! JSON, read once from front to back. Whoever reads knows what may come next: a list is `open_list`, then a value for
//! each `item`; an object is `open_object`, then a value for each `key`. As in Zipkin, texts may have raw control characters.

/// The kind of the value that comes next.
mod token;

/// An error, and the bytes that it is about.
mod wrong;

/// JSON and how far it was read.
mod reader;

/// Values that are passed over.
mod skip;

/// Numbers.
mod number;

/// Texts, and what is escaped in them.
mod text;

/// The way to a place.
mod path;

/// An error in Zipkin's words, with its place.
mod report;

pub use reader::Reader;
pub use token::Token;
pub use wrong::Wrong;

#[cfg(test)]
mod tests;
