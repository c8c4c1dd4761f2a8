//! An answer: `orders:latency`.

use std::{fmt, str::FromStr};

use serde::Serialize;

use crate::{class::Class, hop::Hop};

/// A hop, and a kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The hop.
    pub hop: Hop,
    /// The kind's name.
    pub kind: &'static str,
    /// The class that the kind has at the hop.
    pub class: Class,
}

/// Why a text is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// No colon.
    #[error("an answer is a hop and a kind, such as orders:latency")]
    Shape,
    /// No such hop.
    #[error("no hop is called '{0}'; gateway, orders and inventory are there")]
    Hop(String),
    /// No such kind.
    #[error("no fault is called '{word}'{}", next_step(*near))]
    Kind {
        /// The word that was typed.
        word: String,
        /// The kind whose name is nearest.
        near: Option<&'static str>,
    },
}

/// The names of all kinds, in the order of the list.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    faults::KINDS.iter().map(|entry| entry.name)
}

fn next_step(near: Option<&str>) -> String {
    near.map_or_else(
        || "; `hop mystery list` has them all".to_owned(),
        |near| format!("; did you mean {near}?"),
    )
}

/// A name as people type it: in any case, and with spaces or underscores for dashes.
pub fn spelt(typed: &str) -> String {
    let typed: String = typed.trim().chars().take(64).collect();
    typed.to_lowercase().replace([' ', '_'], "-")
}

impl Answer {
    /// Of a kind by its name; nothing for a name that no kind has.
    pub fn new(hop: Hop, kind: &str) -> Option<Self> {
        let kind = kinds().find(|name| *name == kind)?;
        let class = Class::of(kind, hop)?;
        Some(Self { hop, kind, class })
    }
}

impl FromStr for Answer {
    type Err = AnswerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shown = |text: &str| text.chars().take(40).collect::<String>();
        let (hop, kind) = text.split_once(':').ok_or(AnswerError::Shape)?;
        let hop = Hop::named(&spelt(hop)).ok_or_else(|| AnswerError::Hop(shown(hop)))?;
        let kind = spelt(kind);
        Self::new(hop, &kind).ok_or_else(|| AnswerError::Kind {
            word: shown(&kind),
            near: faults::near(&shown(&kind)),
        })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.hop, self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_hop_and_a_kind() {
        for (text, read) in [
            ("orders:latency", Ok("orders:latency")),
            (" inventory : clock ", Ok("inventory:clock")),
            ("Gateway:Retry_Storm", Ok("gateway:retry-storm")),
            ("gateway:retry storm", Ok("gateway:retry-storm")),
            (
                "orders:latancy",
                Err("no fault is called 'latancy'; did you mean latency?"),
            ),
            (
                "orders",
                Err("an answer is a hop and a kind, such as orders:latency"),
            ),
            (
                "web:latency",
                Err("no hop is called 'web'; gateway, orders and inventory are there"),
            ),
            (
                "orders:weather",
                Err("no fault is called 'weather'; `hop mystery list` has them all"),
            ),
        ] {
            let answer = text.parse::<Answer>();
            let shown = answer
                .map(|answer| answer.to_string())
                .map_err(|error| error.to_string());
            assert_eq!(shown.as_deref().map_err(String::as_str), read, "{text}");
        }
        assert!(
            "x".repeat(900)
                .replacen('x', ":", 1)
                .parse::<Answer>()
                .unwrap_err()
                .to_string()
                .len()
                < 150
        );
    }
}
