//! A board that is open: the learners, the token, and the words in which it is shown.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    class::{Class, Refusal},
    pace::Pace,
    shown::{Shown, Titles, shown},
};
use crate::{language::Lang, session::Session, texts::Texts, told::Told};

/// The choices of the instructor.
#[derive(Clone, Copy, Debug)]
pub struct Choices {
    /// The most learners.
    pub learners: usize,
    /// A lesson that takes longer is shown as such.
    pub stuck_after: Duration,
    /// Whether every machine may read the board.
    pub is_open: bool,
}

/// A board.
#[derive(Debug)]
pub struct Board {
    class: Mutex<Class>,
    strangers: Mutex<Pace>,
    token: String,
    titles: Titles,
    /// Whether every machine may read it.
    pub is_open: bool,
    /// The words of the page.
    pub words: Texts,
    /// Their language.
    pub lang: Lang,
}

impl Board {
    /// An empty board.
    ///
    /// # Errors
    /// A lesson's texts that cannot be read.
    pub fn new(session: &Session, token: String, choices: Choices) -> anyhow::Result<Arc<Self>> {
        let now = Instant::now();
        Ok(Arc::new(Self {
            class: Mutex::new(Class::new(choices.learners, choices.stuck_after, now)),
            strangers: Mutex::new(Pace::new(20, 2.0, now)),
            token,
            titles: Titles::read(session)?,
            is_open: choices.is_open,
            words: session.words.clone(),
            lang: session.lang,
        }))
    }

    /// The board as it is now.
    pub fn shown(&self) -> Shown {
        let class = self.class.lock().unwrap_or_else(PoisonError::into_inner);
        shown(class.rows(Instant::now()), &self.titles)
    }

    /// Takes a message.
    ///
    /// # Errors
    /// Too many messages, or too many learners.
    pub fn take(&self, told: Told) -> Result<(), Refusal> {
        let mut class = self.class.lock().unwrap_or_else(PoisonError::into_inner);
        class.take(told, Instant::now())
    }

    /// Whether this is the token. Every byte is looked at, so that the time says nothing of how many are right.
    pub fn knows(&self, token: &str) -> bool {
        let (own, other) = (self.token.as_bytes(), token.as_bytes());
        let differences = own
            .iter()
            .zip(other)
            .fold(0, |sum, (one, other)| sum | (one ^ other));
        own.len() == other.len() && differences == 0
    }

    /// Whether one more request without the token is answered as such.
    pub fn bears_a_stranger(&self) -> bool {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        strangers.allows(Instant::now())
    }
}
