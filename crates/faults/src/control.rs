//! The messages between the command and a service, as JSON over the service's control port.

use serde::{Deserialize, Serialize};

/// The path of a service's faults on its control port: GET, POST a [`Change`], DELETE.
pub const PATH: &str = "/faults";

/// The longest body of a change.
pub const MOST_BYTES: usize = 16 << 10;

/// Faults to put on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The service that they are for.
    pub service: String,
    /// Words, as [`parse`](crate::parse) reads them.
    pub faults: String,
    /// Where the decisions begin.
    #[serde(default)]
    pub seed: u64,
    /// They are to be found out: no report names them. All services of a mystery get such a change, with faults or without, so that
    /// the report says nothing of where they are.
    #[serde(default)]
    pub mystery: bool,
}

/// The faults that are on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The service that has them, by its role.
    pub service: String,
    /// Its name in traces and log lines, which may have a team's before it.
    #[serde(rename = "tracedAs", default)]
    pub traced_as: String,
    /// In the order in which they were set, without those of a mystery.
    pub faults: Vec<Listed>,
    /// Whether a mystery is on, here or in another service.
    #[serde(default)]
    pub mystery: bool,
}

/// A fault that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// As it can be set again.
    pub fault: String,
    /// Its kind.
    pub kind: String,
    /// The trace, the headers or the log lines that show it.
    pub shows: String,
    /// Where its decisions began.
    pub seed: u64,
    /// Requests so far that it is about.
    pub seen: u64,
    /// Those of them that met it.
    pub met: u64,
}

/// Why a change was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// For the person who asked.
    pub error: String,
}
