//! A mystery: faults that a seed draws, the evidence of them in traces, headers and log lines, and the grade of an answer.
//!
//! ```text
//! seed → deck → case (faults to set) ─────────────────────┐
//! traces, knocks, lines → evidence → facts → measures ─┬→ diagnosis → grade ← answer
//!                                                      └→ sentences
//! ```
//!
//! Nothing here knows how services are started, nor how their faults are set.
//!
//! ```
//! let case = mystery::draw(7);
//! assert_eq!(case, mystery::draw(7));
//! let right: Vec<_> = case.faults.iter().map(|fault| fault.answer()).collect();
//! assert!(mystery::grade(&case, &right).is_solved());
//! ```

/// The three hops.
mod hop;

/// Kinds of faults that no trace tells apart are one class.
mod class;

/// Names of a team's services.
mod team;

/// A hop and a kind, as somebody answers.
mod answer;

/// The cases, and which of them a seed draws.
mod deck;

/// Grades of answers.
mod grade;

/// Evidence from the running system.
mod evidence;

/// The evidence, added up by hop.
mod facts;

/// The degree to which the evidence shows a class at a hop.
mod measure;

/// Measures in words.
mod says;

/// The classes that the evidence shows.
mod diagnosis;

pub use answer::{Answer, AnswerError, kinds, spelt};
pub use class::{Class, alike};
pub use deck::{Case, Drawn, UNDRAWN, cases, draw};
pub use diagnosis::{Suspect, diagnose};
pub use evidence::{Evidence, Window, gather, latest_line};
pub use facts::Facts;
pub use grade::{Credit, Grade, grade};
pub use hop::Hop;
pub use measure::{Measure, Reason, measure};
pub use says::{sentence, shows};
pub use team::Names;
