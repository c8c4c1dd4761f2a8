//! The three hops, each with an address and a path that it answers without being told a user.

use service::BaseUrl;

/// One hop.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Its name in traces and lines.
    pub name: &'static str,
    /// Where it is.
    pub url: BaseUrl,
    /// A path that it answers.
    pub path: &'static str,
}

/// All of them, from the edge inwards.
#[derive(Clone, Debug)]
pub struct Chain([Hop; 3]);

impl Chain {
    /// Gateway, orders and inventory at these addresses.
    pub fn at([gateway, orders, inventory]: [BaseUrl; 3]) -> Self {
        let hop = |name, url, path| Hop { name, url, path };
        Self([
            hop("gateway", gateway, "/users/canary"),
            hop("orders", orders, "/users/canary/items"),
            hop("inventory", inventory, "/items?name=laptop"),
        ])
    }

    /// The hops.
    pub fn hops(&self) -> &[Hop; 3] {
        &self.0
    }

    /// The edge.
    pub fn edge(&self) -> &Hop {
        let [edge, _, _] = &self.0;
        edge
    }
}
