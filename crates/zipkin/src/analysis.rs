//! What a trace says, by rule: where its time went, what is wrong with it, and what it cannot say.
//!
//! ```text
//! rows → kin ─┬→ critical ──────┬→ groups    hops alike, and their share of the path
//!             ├→ hops ──────────┘
//!             ├→ messages ┐
//!             ├→ clocks ──┼→ findings → answer
//!             │           └→ doubts
//! ```

use serde::Serialize;

use crate::Waterfall;

/// Which rows belong together.
mod kin;

/// The one span at each moment without which the trace would have ended earlier.
mod critical;

/// How far clocks are apart.
mod clocks;

/// What each remote call cost.
mod hops;

/// The hops of one caller, callee and name together.
mod groups;

/// Who sent messages, and how long they waited.
mod messages;

/// What cannot be so, or not all.
mod doubts;

/// Diagnoses.
mod findings;

/// One or two sentences.
mod answer;

/// A trace replayed with a faster service.
mod what_if;

/// Traces before and after.
mod compare;

pub use clocks::Clock;
pub use compare::{Comparison, Position, compare};
pub use critical::{Segment, critical_path};
pub use doubts::{Doubt, DoubtKind};
pub use findings::{Finding, FindingKind};
pub use groups::HopGroup;
pub use hops::{Hop, Reasons, Why, hops};
pub use messages::Message;
pub use what_if::what_if;

/// All that a trace says. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Analysis {
    /// Where the time went, and why, in one or two sentences.
    pub answer: String,
    /// What the rules found, the costliest first.
    pub findings: Vec<Finding>,
    /// What cannot be so, or not all.
    pub doubts: Vec<Doubt>,
    /// What each kind of remote call cost.
    pub hops: Vec<HopGroup>,
    /// What each message cost.
    pub messages: Vec<Message>,
    /// How far clocks are apart, for each pair of instances that call each other.
    pub clocks: Vec<Clock>,
    /// The pieces that add up to the root's duration.
    pub critical_path: Vec<Segment>,
}

/// Analyses a trace, in n log n of its spans.
pub fn analyse(trace: &Waterfall) -> Analysis {
    let kin = kin::Kin::of(trace);
    let critical_path = critical::walk(&kin);
    let clocks = clocks::clocks(&kin);
    let messages = messages::messages(&kin);
    let findings = findings::findings(trace, &kin, &clocks, &messages);
    Analysis {
        answer: answer::answer(trace, &kin, &critical_path, &findings),
        doubts: doubts::doubts(&kin, &clocks),
        hops: groups::groups(&hops::of(&kin), &kin, &critical_path),
        findings,
        messages,
        clocks,
        critical_path,
    }
}
