//! The team that a `hop up` belongs to, where many send their spans to one collector.

use std::str::FromStr;

/// Longer names leave no room for anything else on a page.
const MAX: usize = 20;

/// The name of a team: `red` makes `red-gateway` of the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team(String);

impl Team {
    /// The name of a service in traces and log lines.
    pub fn service(team: Option<&Self>, role: &str) -> String {
        match team {
            Some(Self(team)) => format!("{team}-{role}"),
            None => role.to_owned(),
        }
    }
}

impl FromStr for Team {
    type Err = &'static str;

    /// Zipkin writes names of services in lower case, so names in upper case would be two names for one thing.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if begins && text.len() <= MAX && text.chars().all(is_name) && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err("a team has a-z, 0-9 and '-', begins with a letter, and is at most 20 long; for example red")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_a_part_of_a_services_name() {
        let red: Team = "red".parse().unwrap();
        assert_eq!(Team::service(Some(&red), "orders"), "red-orders");
        assert_eq!(Team::service(None, "orders"), "orders");
        for text in ["team-7", "a", "abcdefghijklmnopqrst"] {
            assert!(text.parse::<Team>().is_ok(), "{text}");
        }
        for text in [
            "",
            "Red",
            "7",
            "-red",
            "red-",
            "빨강",
            "a b",
            "a/b",
            "abcdefghijklmnopqrstu",
        ] {
            assert!(text.parse::<Team>().is_err(), "{text}");
        }
    }
}
