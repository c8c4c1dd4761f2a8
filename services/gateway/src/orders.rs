//! Calls of orders.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use service::{BaseUrl, Error, NextHop, OrderId, UserId, UserName};
use telemetry::Telemetry;

/// Everything in a path segment but the unreserved characters of RFC 3986: a name may have a `/` or a `?` in it.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The orders service.
#[derive(Clone)]
pub struct Orders(NextHop);

/// Some of one item.
#[derive(Debug, Deserialize, Serialize)]
pub struct Item {
    name: String,
    quantity: u64,
}

/// An order of one item.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    item: String,
    price_per_item: u64,
    quantity: u64,
    /// The price that the user pays.
    pub total_price: u64,
    id: i32,
    user: String,
}

impl Orders {
    /// Orders at this address; it may take `deadline` for an answer.
    pub fn new(url: BaseUrl, deadline: Duration, telemetry: &Telemetry) -> Result<Self, reqwest::Error> {
        NextHop::new("orders", url, deadline, telemetry).map(Self)
    }

    /// The same, under the name that its own spans have.
    pub fn reporting_as(self, name: String) -> Self {
        Self(self.0.reporting_as(name))
    }

    /// Asks what a user has.
    pub async fn user_items(&self, name: &UserName) -> Result<Vec<Item>, Error> {
        self.0.json(self.0.get(&user_items_path(name.as_str()))).await
    }

    /// Asks for an order, on behalf of a user.
    pub async fn order(&self, id: OrderId, user: &UserId) -> Result<Order, Error> {
        let request = self.0.get(&format!("/orders/{id}"));
        self.0
            .json(request.header("userid", user.as_str().as_bytes()))
            .await
    }
}

fn user_items_path(name: &str) -> String {
    format!("/users/{}/items", utf8_percent_encode(name, &SEGMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_whatever_is_in_it() {
        let cases = [
            ("terry", "/users/terry/items"),
            ("a/b?c#d", "/users/a%2Fb%3Fc%23d/items"),
            ("100%", "/users/100%25/items"),
            ("\"it's\"; \u{1}\n", "/users/%22it%27s%22%3B%20%01%0A/items"),
            ("김철수", "/users/%EA%B9%80%EC%B2%A0%EC%88%98/items"),
            ("a-b.c_d~e", "/users/a-b.c_d~e/items"),
        ];
        for (name, path) in cases {
            assert_eq!(user_items_path(name), path);
        }
    }
}
