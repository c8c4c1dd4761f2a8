//! The mix of requests: routes by weight, users in turn of chance, all from one seed.

use std::str::FromStr;

/// Orders that are asked for have numbers up to this.
const ORDERS: u64 = 1_000;

/// Heavier routes are refused.
const MAX_WEIGHT: u32 = 1_000;

/// A path, and how often it is asked for beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    weight: u32,
    template: String,
}

/// All that is asked for.
#[derive(Clone, Debug)]
pub struct Mix {
    routes: Vec<Route>,
    users: Vec<String>,
    seed: u64,
}

/// One request: who asks for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// As it was given: `/orders/{order}`.
    pub template: &'a str,
    /// With its number and user: `/orders/7`.
    pub path: String,
    /// The user.
    pub user: &'a str,
}

/// `/orders/{order}`, or `3*/orders/{order}` for one that is three times as frequent.
impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (weight, template) = match text.split_once('*') {
            Some((weight, template)) if weight.bytes().all(|byte| byte.is_ascii_digit()) => {
                let weight = weight
                    .parse()
                    .ok()
                    .filter(|weight| (1..=MAX_WEIGHT).contains(weight));
                let weight = weight.ok_or_else(|| {
                    format!("a weight is a number from 1 to {MAX_WEIGHT}: 3*/orders/{{order}}")
                })?;
                (weight, template)
            }
            _ => (1, text),
        };
        let filled = filled(template, 1, "terry");
        if !filled.starts_with('/') || filled.parse::<http::uri::PathAndQuery>().is_err() {
            return Err(format!(
                "'{template}' is no path: it begins with a slash, such as /orders/{{order}} or 3*/users/{{user}}"
            ));
        }
        Ok(Self {
            weight,
            template: template.to_owned(),
        })
    }
}

impl Mix {
    /// Routes and users; neither may be empty.
    pub fn new(routes: Vec<Route>, users: Vec<String>, seed: u64) -> Self {
        Self { routes, users, seed }
    }

    /// The request with this number: the same for each run with the seed.
    pub fn wanted(&self, number: u64) -> Wanted<'_> {
        let draw = scramble(self.seed ^ scramble(number));
        let all: u64 = self.routes.iter().map(|route| u64::from(route.weight)).sum();
        let mut left = draw % all.max(1);
        let mut routes = self.routes.iter();
        let route = routes.find(|route| {
            let is_it = left < u64::from(route.weight);
            left = left.saturating_sub(u64::from(route.weight));
            is_it
        });
        let template = route.map_or("/", |route| &route.template);
        let users = u64::try_from(self.users.len()).unwrap_or(1).max(1);
        let user = usize::try_from(scramble(draw) % users).ok();
        let user = user
            .and_then(|user| self.users.get(user))
            .map_or("", String::as_str);
        let order = 1 + scramble(draw ^ 1) % ORDERS;
        Wanted {
            template,
            path: filled(template, order, user),
            user,
        }
    }
}

fn filled(template: &str, order: u64, user: &str) -> String {
    if !template.contains('{') {
        return template.to_owned();
    }
    let encoded: String = user.bytes().map(encoded).collect();
    template
        .replace("{order}", &order.to_string())
        .replace("{user}", &encoded)
}

/// A byte of a path, percent-encoded unless it is a letter, a digit or a dash.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || byte == b'-' {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// SplitMix64's finalizer.
fn scramble(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(seed: u64) -> Mix {
        let routes = ["3*/orders/{order}", "/users/{user}"].map(|text| text.parse().unwrap());
        Mix::new(routes.into(), vec!["terry".to_owned(), "김치".to_owned()], seed)
    }

    #[test]
    fn one_seed_asks_for_the_same_in_the_same_order() {
        let first: Vec<_> = (0..50).map(|number| mix(7).wanted(number).path).collect();
        let again: Vec<_> = (0..50).map(|number| mix(7).wanted(number).path).collect();
        let other: Vec<_> = (0..50).map(|number| mix(8).wanted(number).path).collect();
        assert_eq!(first, again);
        assert_ne!(first, other);
    }

    #[test]
    fn routes_come_by_their_weight_and_users_alike() {
        let mix = mix(1);
        let wanted: Vec<_> = (0..4_000).map(|number| mix.wanted(number)).collect();
        let orders = wanted
            .iter()
            .filter(|wanted| wanted.template == "/orders/{order}")
            .count();
        let terry = wanted.iter().filter(|wanted| wanted.user == "terry").count();
        assert!((2_850..3_150).contains(&orders), "{orders}");
        assert!((1_850..2_150).contains(&terry), "{terry}");
        assert!(
            wanted
                .iter()
                .any(|wanted| wanted.path == "/users/%EA%B9%80%EC%B9%98")
        );
    }

    #[test]
    fn a_route_is_a_path_with_a_weight_before_it() {
        for (text, weight) in [
            ("/orders/{order}", Some(1)),
            ("10*/", Some(10)),
            ("/a*b", Some(1)),
            ("0*/", None),
            ("1001*/", None),
            ("orders", None),
            ("/two words", None),
            ("http://elsewhere/", None),
            ("", None),
        ] {
            let route = text.parse::<Route>().ok();
            assert_eq!(route.map(|route| route.weight), weight, "{text}");
        }
    }
}
