//! A fault at a hop: a card of the deck, and the same with the value that a seed drew.

use std::fmt;

use crate::{answer::Answer, class::Class, hop::Hop};

/// A fault at a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The hop.
    pub hop: Hop,
    /// The kind's name.
    pub kind: &'static str,
    class: Class,
    /// Its value and its share, as text; empty where it has none.
    value: String,
}

/// A place in the deck: a kind at a hop, its value still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    pub hop: Hop,
    pub kind: &'static str,
    class: Class,
}

impl Card {
    /// Of a kind by its name.
    pub fn new(hop: Hop, kind: &str) -> Option<Self> {
        let Answer { hop, kind, class } = Answer::new(hop, kind)?;
        Some(Self { hop, kind, class })
    }

    /// The answer that is right.
    pub fn answer(&self) -> Answer {
        let Self { hop, kind, class } = *self;
        Answer { hop, kind, class }
    }

    /// With a value.
    pub fn drawn(&self, chance: &mut fastrand::Rng, is_pair: bool) -> Drawn {
        Drawn {
            hop: self.hop,
            kind: self.kind,
            class: self.class,
            value: self.value(chance, is_pair),
        }
    }

    /// Values are far above the noise of a busy laptop, and far below the services' deadlines.
    fn value(&self, chance: &mut fastrand::Rng, is_pair: bool) -> String {
        let time = chance.u32(15..=35) * 10;
        let share = if !is_pair && chance.u8(0..3) == 0 {
            " share=50%"
        } else {
            ""
        };
        match self.kind {
            "latency" | "network" => format!("={time}ms±30{share}"),
            "slow-body" => format!("={time}ms"),
            "error" => format!("={}{share}", chance.choice([500, 503]).unwrap_or(503)),
            "calls" => format!("={}", chance.u32(6..=9)),
            "burst" => "=4".to_owned(),
            "lock" => "=25ms".to_owned(),
            "pool" => "=1,25ms".to_owned(),
            "retry-storm" => format!("={}", chance.u32(3..=4)),
            "cache-miss" | "spans-lost" => "=100%".to_owned(),
            "one-dialect" => format!("={}", chance.choice(["b3", "tracecontext"]).unwrap_or("b3")),
            "sampling-anew" => "=0.0001%".to_owned(),
            "clock" => format!(
                "={}{}s",
                chance.choice(['+', '-']).unwrap_or('+'),
                chance.u32(1..=3)
            ),
            _ => String::new(),
        }
    }
}

impl Drawn {
    /// The answer that is right.
    pub fn answer(&self) -> Answer {
        let Self { hop, kind, class, .. } = *self;
        Answer { hop, kind, class }
    }

    /// As `hop fault set` takes it.
    pub fn text(&self) -> String {
        format!("{}{}", self.kind, self.value)
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.hop, self.text())
    }
}
