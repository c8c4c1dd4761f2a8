//! Patterns of paths: `/orders/{id}`, `/orders/*`.

use std::{fmt, str::FromStr};

/// A path in which `{name}` and `*` stand for any one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route(String);

/// Longer than any path of a route that somebody types.
const MOST_BYTES: usize = 200;

impl Route {
    /// Whether a path, without its query, is of this route.
    pub fn matches(&self, path: &str) -> bool {
        let (mut patterns, mut segments) = (self.0.split('/'), path.split('/'));
        loop {
            match (patterns.next(), segments.next()) {
                (None, None) => return true,
                (Some(pattern), Some(segment)) if is_any(pattern) || pattern == segment => {}
                _ => return false,
            }
        }
    }
}

fn is_any(pattern: &str) -> bool {
    pattern == "*" || (pattern.starts_with('{') && pattern.ends_with('}'))
}

impl FromStr for Route {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_path = text.starts_with('/') && text.len() <= MOST_BYTES;
        if is_path && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '?') {
            Ok(Self(text.to_owned()))
        } else {
            Err("a path such as /orders/{id}, without a query")
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_met_segment_by_segment() {
        for (route, path, is_met) in [
            ("/orders/{id}", "/orders/8", true),
            ("/orders/*", "/orders/8", true),
            ("/orders/8", "/orders/8", true),
            ("/orders/{id}", "/orders/8/items", false),
            ("/orders/{id}", "/orders", false),
            ("/orders/{id}", "/users/8", false),
            ("/users/{name}/items", "/users/terry/items", true),
            ("/", "/", true),
        ] {
            assert_eq!(
                route.parse::<Route>().unwrap().matches(path),
                is_met,
                "{route} {path}"
            );
        }
        for text in ["", "orders", "/a b", "/items?name=mouse", "/a\n"] {
            assert!(text.parse::<Route>().is_err(), "{text}");
        }
    }
}
