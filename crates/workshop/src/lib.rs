//! The workshop: lessons in which a learner's service stands between the real gateway and the real inventory, and a
//! program says what it saw.
//!
//! ```text
//! exercise.rs → build (cargo) → stage: gateway → the learner's hop → recorder → inventory, collector
//!                                 └→ seen: answers, spans, log lines, headers → lessons → verdict → report
//! ```
//!
//! A learner who joins a board tells it the lesson and the verdict's name: member → told → board.
//!
//! `hop mystery`, the capstone, tells it as a lesson does: capstone → member.
//!
//! `commands` is what a learner types; `progress` is where they are; `places` knows the folders.

/// English or Korean.
mod language;

/// The folders of the repository.
mod places;

/// Sections of Markdown by name, and the words of the runner.
mod texts;

/// Unguessable texts.
mod random;

/// Messages of a learner's machine to a board.
mod told;

/// A lesson's service as it was observed.
mod seen;

/// The result of a check.
mod verdict;

/// One lesson.
mod lesson;

/// The lessons: what each sends, and what it demands.
mod lessons;

/// Where a learner is.
mod progress;

/// The learner's copy, and the work that is kept.
mod desk;

/// Cargo, and what it says.
mod build;

/// The running parts around the learner's service.
mod stage;

/// One check: build, run, judge.
mod check;

/// The printed output.
mod report;

/// The learner's side of a board.
mod member;

/// The parts that every command works with.
mod session;

/// The instructor's board.
mod board;

/// A mystery, as the board hears of it.
mod capstone;

/// The learner's commands.
mod commands;

pub use capstone::{Capstone, Stage};
pub use commands::{Args, EXAMPLES, run};
pub use language::Lang;
