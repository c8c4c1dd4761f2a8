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

/// The names of the hops, from the edge inwards.
pub const NAMES: [&str; 3] = ["gateway", "orders", "inventory"];

/// Whether a service is this hop: `orders`, or `red-orders` of a team.
pub fn is_named(service: &str, hop: &str) -> bool {
    let team = service.strip_suffix(hop);
    team.is_some_and(|team| team.is_empty() || team.ends_with('-'))
}

/// All of them, from the edge inwards.
#[derive(Clone, Debug)]
pub struct Chain([Hop; 3]);

impl Chain {
    /// Gateway, orders and inventory at these addresses.
    pub fn at([gateway, orders, inventory]: [BaseUrl; 3]) -> Self {
        let hop = |name, url, path| Hop { name, url, path };
        let [first, second, third] = NAMES;
        Self([
            hop(first, gateway, "/users/canary"),
            hop(second, orders, "/users/canary/items"),
            hop(third, inventory, "/items?name=laptop"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_stands_before_a_hop() {
        for (service, is_so) in [
            ("orders", true),
            ("red-orders", true),
            ("blue-2-orders", true),
            ("preorders", false),
            ("orders-red", false),
            ("", false),
        ] {
            assert_eq!(is_named(service, "orders"), is_so, "{service}");
        }
    }
}
