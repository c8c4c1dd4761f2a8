//! Files that are not taken as progress: each reason by name, so that the learner reads it in their language.

use std::io;

/// A progress file is a few hundred bytes; one of a stranger is not read further than this.
pub const MAX_BYTES: u64 = 64 * 1024;

/// A file that is not taken as progress.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It is longer than any progress file.
    TooLong,
    /// It is damaged, or something else.
    Damaged(serde_json::Error),
    /// It has another schema: another version's, or no progress.
    OfAnother(String),
}

impl Refused {
    /// The name of its text among the runner's words.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "progress-unreadable",
            Self::TooLong => "progress-too-long",
            Self::Damaged(_) => "progress-damaged",
            Self::OfAnother(_) => "progress-of-another",
        }
    }

    /// The system's word, or the place of the damage.
    pub fn reason(&self) -> String {
        match self {
            Self::Unreadable(error) => error.to_string(),
            Self::TooLong => MAX_BYTES.to_string(),
            Self::Damaged(error) => error.to_string(),
            Self::OfAnother(schema) => schema.clone(),
        }
    }
}
