//! The kind of the value that comes next.

/// The kind of a value, as far as its first byte says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Text,
    Number,
    Boolean,
    Null,
    Object,
    List,
}

impl Token {
    /// As Zipkin's errors show it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "STRING",
            Self::Number => "NUMBER",
            Self::Boolean => "BOOLEAN",
            Self::Null => "NULL",
            Self::Object => "BEGIN_OBJECT",
            Self::List => "BEGIN_ARRAY",
        }
    }
}
