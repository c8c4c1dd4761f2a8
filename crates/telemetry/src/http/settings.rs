//! Settings of the middleware: trusted proxies, and joined span ids.

#[cfg(feature = "clap")]
use super::arguments;
use super::network::Network;

/// Trusted proxies, and whether the caller's span id is joined.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct HttpSettings {
    /// Proxies whose X-Forwarded-For names the caller [default: none, and the caller is the other end of the connection]
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "TRUSTED_PROXIES",
        value_name = "ADDRESS[/BITS],…",
        default_value = "",
        hide_default_value = true,
        value_parser = arguments::networks
    ))]
    pub trusted_proxies: std::vec::Vec<Network>,

    /// Share the caller's span id, as Brave does, where it came by B3; not with the exporter `otlp`
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "SERVER_SPAN_JOIN",
        value_name = "BOOL",
        default_value = "false",
        action = clap::ArgAction::Set,
        value_parser = crate::texts::boolean::boolean
    ))]
    pub server_span_join: bool,
}
