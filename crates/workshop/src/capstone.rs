//! The capstone of the course, `hop mystery`: no lesson of the runner, but a row on the board as well.

use crate::{language::Lang, session::Session, told::State};

/// A mystery that a learner works on. Where there is no clone and no board, nothing is told.
pub struct Capstone {
    session: Option<Session>,
    /// As the board names it.
    id: String,
}

/// The progress of the capstone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Somebody looks for the faults.
    Working,
    /// All faults were named.
    Solved,
    /// Some points, and not all.
    Partly,
    /// No points.
    Missed,
    /// The faults were shown.
    GivenUp,
}

impl Capstone {
    /// The mystery of this seed.
    pub fn begin(seed: u64, lang: Lang) -> Self {
        Self {
            // The address of traces is for lessons.
            session: Session::begin(Some(lang), String::new()).ok(),
            id: format!("mystery-{seed}"),
        }
    }

    /// Tells the board, where one was joined: the seed and the stage, and nothing of the faults.
    pub fn tell(&self, stage: Stage) {
        let (state, message) = match stage {
            Stage::Working => (State::Working, ""),
            Stage::Solved => (State::Passed, "solved"),
            Stage::Partly => (State::Failed, "partly-solved"),
            Stage::Missed => (State::Failed, "missed"),
            Stage::GivenUp => (State::Failed, "given-up"),
        };
        if let Some(session) = &self.session {
            session.tell_of(&self.id, state, message);
        }
    }

    /// Gives the last message a moment.
    pub async fn settle(&self) {
        if let Some(session) = &self.session {
            session.settle().await;
        }
    }
}
