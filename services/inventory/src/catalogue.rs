//! The stock: three things, the same for ever.

use serde::Serialize;

/// A kind of thing in stock.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Item {
    /// The name, which no other item has.
    pub name: &'static str,
    /// For one of it.
    pub price: u64,
    /// The number in stock.
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
