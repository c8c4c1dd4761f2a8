//! Calls of inventory: one for all the items that an answer needs.

use std::time::Duration;

use serde::Deserialize;
use service::{BaseUrl, CallFailure, Error, NextHop};
use telemetry::Telemetry;

/// The inventory service.
#[derive(Clone)]
pub struct Inventory(NextHop);

/// An item as inventory tells it. It also has a stock, which is not our concern.
#[derive(Debug, Deserialize)]
pub struct Item {
    /// The name that we asked for.
    pub name: String,
    /// For one of it.
    pub price: u64,
}

impl Inventory {
    /// Inventory at this address; it may take `deadline` for an answer.
    pub fn new(url: BaseUrl, deadline: Duration, telemetry: &Telemetry) -> Result<Self, reqwest::Error> {
        NextHop::new("inventory", url, deadline, telemetry).map(Self)
    }

    /// The same, under the name that its own spans have.
    pub fn reporting_as(self, name: String) -> Self {
        Self(self.0.reporting_as(name))
    }

    /// Asks for the items of these names, in this order.
    pub async fn items<const N: usize>(&self, names: [&'static str; N]) -> Result<[Item; N], Error> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(names.map(|name| ("name", name)))
            .finish();
        let items: Vec<Item> = self.0.json(self.0.get(&format!("/items?{query}"))).await?;

        // It is another process, perhaps of another version: an item that it left out is its failure, and not our panic.
        match <[Item; N]>::try_from(items) {
            Ok(items) if items.iter().zip(names).all(|(item, name)| item.name == name) => Ok(items),
            _ => Err(self.0.failure(CallFailure::Incomplete)),
        }
    }
}
