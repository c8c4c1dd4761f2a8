//! The learners of a board, in the order in which they came. It is bounded in learners and in messages, and kept in memory alone.

use std::time::{Duration, Instant};

use super::pace::Pace;
use crate::told::{State, Told};

/// A learner who has said nothing for so long makes room for another, where there is none.
const GIVES_WAY: Duration = Duration::from_secs(30 * 60);

/// Without a message for so long, a learner is shown as silent. Those who watch tell every 20 s.
const SILENT: Duration = Duration::from_secs(60);

/// The learners.
#[derive(Debug)]
pub struct Class {
    most: usize,
    stuck_after: Duration,
    learners: Vec<Learner>,
    came: u32,
    pace: Pace,
}

#[derive(Debug)]
struct Learner {
    number: u32,
    told: Told,
    pace: Pace,
    /// The start of the lesson, as far as the board was told.
    since: Instant,
    heard: Instant,
    passed: Option<Instant>,
    failed_checks: u32,
}

/// The reason not to take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// More messages than anybody's work makes.
    TooFast,
    /// No room for another learner.
    Full,
}

/// A learner as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The order of coming. The random id is never shown: it is what lets a learner change the row.
    pub number: u32,
    /// The label.
    pub name: String,
    /// The id of the lesson.
    pub lesson: String,
    /// The state in it.
    pub state: State,
    /// The last verdict.
    pub message: String,
    /// Time on the lesson, until it was passed.
    pub on_lesson: Duration,
    /// Checks that failed, as far as the board was told.
    pub failed_checks: u32,
    /// Time without a message, where that is long.
    pub silent: Option<Duration>,
    /// Whether the lesson takes longer than it should.
    pub is_stuck: bool,
}

impl Class {
    /// Nobody yet.
    pub fn new(most: usize, stuck_after: Duration, now: Instant) -> Self {
        Self {
            most,
            stuck_after,
            learners: Vec::new(),
            came: 0,
            pace: Pace::new(400, 100.0, now),
        }
    }

    /// Takes a message.
    ///
    /// # Errors
    /// Too many messages, or too many learners.
    pub fn take(&mut self, told: Told, now: Instant) -> Result<(), Refusal> {
        if !self.pace.allows(now) {
            return Err(Refusal::TooFast);
        }
        if let Some(place) = self
            .learners
            .iter()
            .position(|learner| learner.told.id == told.id)
        {
            if told.state == State::Left {
                self.learners.remove(place);
                return Ok(());
            }
            return match self.learners.get_mut(place) {
                Some(learner) => learner.take(told, now),
                None => Ok(()),
            };
        }
        if told.state == State::Left {
            return Ok(());
        }
        if self.learners.len() >= self.most {
            let longest = self
                .learners
                .iter()
                .enumerate()
                .min_by_key(|(_, learner)| learner.heard);
            match longest {
                Some((place, learner)) if now.saturating_duration_since(learner.heard) >= GIVES_WAY => {
                    self.learners.remove(place);
                }
                _ => return Err(Refusal::Full),
            }
        }
        self.came += 1;
        self.learners.push(Learner::new(self.came, told, now));
        Ok(())
    }

    /// The learners as they are now.
    pub fn rows(&self, now: Instant) -> Vec<Row> {
        let row = |learner: &Learner| learner.row(self.stuck_after, now);
        self.learners.iter().map(row).collect()
    }
}

impl Learner {
    fn new(number: u32, told: Told, now: Instant) -> Self {
        Self {
            number,
            passed: (told.state == State::Passed).then_some(now),
            failed_checks: u32::from(told.state == State::Failed),
            told,
            // Saving twice a second for ten seconds is within it.
            pace: Pace::new(20, 1.0, now),
            since: now,
            heard: now,
        }
    }

    fn take(&mut self, told: Told, now: Instant) -> Result<(), Refusal> {
        if !self.pace.allows(now) {
            return Err(Refusal::TooFast);
        }
        self.heard = now;
        if told.lesson != self.told.lesson {
            (self.since, self.passed, self.failed_checks) = (now, None, 0);
        } else if told.state == State::Failed && self.told.state != State::Failed {
            self.failed_checks += 1;
        }
        if told.state == State::Passed && self.passed.is_none() {
            self.passed = Some(now);
        }
        let keeps = told.message.is_empty() && told.lesson == self.told.lesson;
        let message = if keeps {
            std::mem::take(&mut self.told.message)
        } else {
            told.message.clone()
        };
        self.told = Told { message, ..told };
        Ok(())
    }

    fn row(&self, stuck_after: Duration, now: Instant) -> Row {
        let on_lesson = self.passed.unwrap_or(now).saturating_duration_since(self.since);
        let unheard = now.saturating_duration_since(self.heard);
        Row {
            number: self.number,
            name: self.told.name.clone(),
            lesson: self.told.lesson.clone(),
            // Once passed, further checks take nothing away.
            state: if self.passed.is_some() {
                State::Passed
            } else {
                self.told.state
            },
            message: self.told.message.clone(),
            on_lesson,
            failed_checks: self.failed_checks,
            silent: (unheard >= SILENT).then_some(unheard),
            // A learner who has been away for as long is not at it.
            is_stuck: self.passed.is_none() && on_lesson >= stuck_after && unheard < stuck_after,
        }
    }
}

#[cfg(test)]
mod tests;
