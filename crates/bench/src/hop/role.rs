//! Which of the three services it is.

/// A place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// The edge
    Gateway,
    /// The middle
    Orders,
    /// The end
    Inventory,
}

impl Role {
    /// The name of the service.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Orders => "orders",
            Self::Inventory => "inventory",
        }
    }
}
