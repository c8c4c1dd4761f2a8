//! The three hops, from the edge inwards.

use std::fmt;

use serde::Serialize;

/// One of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hop {
    /// The edge.
    Gateway,
    /// The middle.
    Orders,
    /// The last.
    Inventory,
}

impl Hop {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gateway, Self::Orders, Self::Inventory];

    /// Its name in traces and lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Orders => "orders",
            Self::Inventory => "inventory",
        }
    }

    /// The hop of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hop| hop.name() == name)
    }

    /// The hop that it calls.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Gateway => Some(Self::Orders),
            Self::Orders => Some(Self::Inventory),
            Self::Inventory => None,
        }
    }

    /// Its caller: `load`, which keeps traffic up, calls the edge.
    pub const fn caller(self) -> &'static str {
        match self {
            Self::Gateway => LOAD,
            Self::Orders => "gateway",
            Self::Inventory => "orders",
        }
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Gateway => 0,
            Self::Orders => 1,
            Self::Inventory => 2,
        }
    }
}

/// The name of the traffic in traces.
pub(crate) const LOAD: &str = "load";

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
