//! The frame of all tables: the width of a time, and the line that counts rows left out.

use zipkin::{Language, Waterfall};

use crate::{
    program::program,
    screen::{Paint, Screen},
};

/// Columns of a duration, at least.
pub(super) const DURATION: usize = 9;

/// Whatever is drawn on: so many columns, colours or none, a language.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// So many columns.
    pub width: usize,
    /// Colours, or none.
    pub paint: Paint,
    /// The language of words.
    pub language: Language,
}

impl Paper {
    /// As wide as the screen, painted where it is.
    pub fn of(screen: &Screen, language: Language) -> Self {
        Self {
            width: screen.width(),
            paint: screen.paint(),
            language,
        }
    }
}

/// The things that a table counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Things {
    Hops,
    Messages,
    Spans,
}

/// The number of rows that are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// As many as somebody reads.
    #[default]
    First,
    /// All of them.
    All,
}

impl Rows {
    /// At most so many, where not all are asked for.
    pub(super) fn limit(self, first: usize) -> usize {
        match self {
            Self::First => first,
            Self::All => usize::MAX,
        }
    }
}

/// The line below the first `limit` of `all` things; nothing where all are shown.
pub(super) fn rest(
    trace: &Waterfall,
    things: Things,
    limit: usize,
    all: usize,
    language: Language,
) -> Option<String> {
    let id = trace.trace_id;
    let said = match language {
        Language::English => {
            let nouns = match things {
                Things::Hops => "hops",
                Things::Messages => "messages",
                Things::Spans => "spans",
            };
            format!("The first {limit} of {all} {nouns}. All of them:")
        }
        Language::Korean => {
            let noun = match things {
                Things::Hops => "홉",
                Things::Messages => "메시지",
                Things::Spans => "span",
            };
            format!("{noun} {all}개 중 처음 {limit}개입니다. 모두 보려면:")
        }
    };
    (all > limit).then(|| format!("{said}\n  {} trace {id} --all", program()))
}
