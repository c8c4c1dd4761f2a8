//! What we have: three things, the same for ever.

use serde::Serialize;

/// A kind of thing in stock.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Item {
    /// What it is called; there is one of each name.
    pub name: &'static str,
    /// For one of it.
    pub price: u64,
    /// How many there are.
    pub stock: u64,
}

/// Everything.
pub const ITEMS: [Item; 3] = [
    Item {
        name: "computer",
        price: 1000,
        stock: 12,
    },
    Item {
        name: "mouse",
        price: 20,
        stock: 40,
    },
    Item {
        name: "laptop",
        price: 100,
        stock: 7,
    },
];

/// The item of this name.
pub fn find(name: &str) -> Option<Item> {
    ITEMS.into_iter().find(|item| item.name == name)
}
