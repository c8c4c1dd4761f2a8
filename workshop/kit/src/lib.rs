//! The parts of a lesson's service that the lesson is not about: where it listens, how it calls inventory, how it stops.

use std::time::Duration;

use axum::{Router, middleware};
use clap::Parser as _;
use serde::{Deserialize, Serialize};
use service::{BaseUrl, CallFailure, Error, NextHop, OrderId, UserId, UserName};
use telemetry::Telemetry;

/// Spans on their way to Zipkin.
mod post;

/// Orders with tracing made by hand.
pub mod hand;

/// OpenTelemetry's protocol, as the exporter of an SDK speaks it.
mod otlp;

/// Orders with tracing-opentelemetry.
pub mod otel;

/// Messages between orders and the warehouse.
pub mod queue;

/// Work that a handler gives away.
pub mod work;

/// The settings of orders, which each lesson replaces.
#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    orders: orders::Config,
}

/// The time that inventory may take.
const DEADLINE: Duration = Duration::from_millis(1500);

/// Serves a lesson's routes as orders, traced by the telemetry crate, until standard input closes.
pub async fn serve_traced(routes: impl FnOnce(Inventory, &Telemetry) -> Router) -> anyhow::Result<()> {
    let config = Settings::parse().orders;
    let stop = service::stop::requested(true)?;
    let listener = service::bind(config.listen_addr).await?;
    let telemetry = Telemetry::start("orders", &config.telemetry)?;
    let inventory = Inventory::new(config.inventory_url, &telemetry)?;
    let routes = routes(inventory, &telemetry).layer(middleware::from_fn(work::mark));
    let router = service::app("orders", routes, &telemetry);
    service::serve(listener, router, stop, telemetry).await
}

/// The next hop. Each call is a CLIENT span and carries the context.
#[derive(Clone)]
pub struct Inventory(NextHop);

/// An item and its price.
#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// For one of it.
    pub price: u64,
}

impl Inventory {
    fn new(url: BaseUrl, telemetry: &Telemetry) -> anyhow::Result<Self> {
        Ok(Self(NextHop::new("inventory", url, DEADLINE, telemetry)?))
    }

    /// Asks for the items of these names, in this order; for all items without names.
    ///
    /// # Errors
    /// An inventory that fails, is too slow, or leaves something out.
    pub async fn items(&self, names: &[&str]) -> Result<Vec<Item>, Error> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(names.iter().map(|name| ("name", name)))
            .finish();
        let items: Vec<Item> = self.0.json(self.0.get(&format!("/items?{query}"))).await?;
        if !names.is_empty() && items.len() != names.len() {
            return Err(self.0.failure(CallFailure::Incomplete));
        }
        Ok(items)
    }

    /// Asks for one item.
    ///
    /// # Errors
    /// As [`Inventory::items`].
    pub async fn item(&self, name: &str) -> Result<Item, Error> {
        let items = self.items(&[name]).await?;
        let first = items.into_iter().next();
        first.ok_or_else(|| self.0.failure(CallFailure::Incomplete))
    }

    /// Asks for the price of one item.
    ///
    /// # Errors
    /// As [`Inventory::items`].
    pub async fn price(&self, name: &str) -> Result<u64, Error> {
        Ok(self.item(name).await?.price)
    }
}

/// A call that did not succeed: 504 where the other side took too long, else 502.
fn failure(name: &'static str, error: reqwest::Error) -> Error {
    let is_late = error.is_timeout();
    let failure = CallFailure::Transport(error);
    if is_late {
        Error::GatewayTimeout(name, failure)
    } else {
        Error::BadGateway(name, failure)
    }
}

/// Some of one item in a user's basket.
#[derive(Debug, Serialize)]
pub struct UserItem {
    name: String,
    quantity: u64,
}

impl UserItem {
    /// So many of the item of this name.
    pub fn new(name: String, quantity: u64) -> Self {
        Self { name, quantity }
    }
}

/// A user's basket: six positions, some of them of the same item, in an order of the user's own.
pub fn basket(user: &UserName) -> Vec<(&'static str, u64)> {
    let mut positions = vec![
        ("computer", 1),
        ("mouse", 2),
        ("laptop", 1),
        ("mouse", 1),
        ("computer", 3),
        ("laptop", 2),
    ];
    let first = user.as_str().len() % positions.len();
    positions.rotate_left(first);
    positions
}

/// An order of one laptop.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    item: &'static str,
    price_per_item: u64,
    quantity: u64,
    total_price: u64,
    id: i32,
    user: String,
}

impl Order {
    /// The order of this id at inventory's price.
    pub fn new(id: OrderId, user: UserId, price: u64) -> Self {
        Self {
            item: "laptop",
            price_per_item: price,
            quantity: 1,
            total_price: price,
            id: id.0,
            user: user.into_string(),
        }
    }
}
