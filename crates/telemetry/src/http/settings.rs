//! Whom the middleware believes, and whose span id it takes.

use super::peer::Network;
use crate::texts::list::list;

/// Whom the middleware believes, and whose span id it takes.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct HttpSettings {
    /// Proxies whose X-Forwarded-For names the caller [default: none, and the caller is the other end of the connection]
    #[arg(
        long,
        env = "TRUSTED_PROXIES",
        value_name = "ADDRESS[/BITS],…",
        default_value = "",
        hide_default_value = true,
        value_parser = networks
    )]
    pub trusted_proxies: std::vec::Vec<Network>,

    /// Share the caller's span id, as Brave does, where it came by B3
    #[arg(
        long,
        env = "SERVER_SPAN_JOIN",
        value_name = "BOOL",
        default_value = "false",
        action = clap::ArgAction::Set,
        value_parser = boolean
    )]
    pub server_span_join: bool,
}

fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false is needed".to_owned()),
    }
}

fn networks(text: &str) -> Result<Vec<Network>, &'static str> {
    list(text, str::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(networks("10.0.0.0/8, ::1").unwrap().len(), 2);
    }

    #[test]
    fn booleans_come_in_any_case() {
        for (text, value) in [("TRUE", Ok(true)), ("False", Ok(false)), (" true ", Ok(true))] {
            assert_eq!(boolean(text), value);
        }
        for bad in ["", "1", "yes", "t"] {
            assert!(boolean(bad).is_err(), "{bad}");
        }
    }
}
