//! Under which names the collector answers where origins are restricted: a page whose name leads here for a moment (DNS
//! rebinding) comes in under a name of its own. RATIONALE.md says why these.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::uri::Authority;

use super::origin::{Origin, normal};

/// Last labels that nobody can register: loopback, mDNS and `cluster.local`, Kubernetes' short form, private networks.
const PRIVATE: [&str; 7] = ["localhost", "local", "svc", "internal", "lan", "home", "corp"];

/// Whether the collector answers to this Host, with or without a port: to an address, a name that is not in the public
/// DNS, or the host of an origin on the list.
pub fn is_own(host: &str, allowed: &[String]) -> bool {
    // A client of HTTP/1.0 has none to say; no browser is such a client.
    if host.is_empty() {
        return true;
    }
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = normal(authority.host());
    // Nothing in front of the name, such as `user@`, and only a port behind it.
    let port = host.strip_prefix(authority.host());
    let is_plain = port.is_some_and(|port| port.is_empty() || port.starts_with(':'));
    is_plain && (is_address(&name) || is_private(&name) || is_listed(&name, allowed))
}

fn is_address(name: &str) -> bool {
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    bracketed.is_some_and(|name| name.parse::<Ipv6Addr>().is_ok()) || name.parse::<Ipv4Addr>().is_ok()
}

/// A name without dots is one of this machine or network, as compose's `zipkin` is. A last label with a digit, a hyphen or
/// an underscore is in no public name, but for one in punycode.
fn is_private(name: &str) -> bool {
    let is_label = |label: &str| {
        let mut bytes = label.bytes();
        !label.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    let may_be_public = last.bytes().all(|byte| byte.is_ascii_alphabetic()) || last.starts_with("xn--");
    name.split('.').all(is_label)
        && (!name.contains('.') || PRIVATE.contains(&last) || name.ends_with(".home.arpa") || !may_be_public)
}

fn is_listed(name: &str, allowed: &[String]) -> bool {
    let mut origins = allowed.iter().filter_map(|origin| Origin::parse(origin));
    origins.any(|origin| origin.host() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_outside_the_public_dns_are_its_own() {
        for host in [
            "",
            // Addresses: a rebound page has a name.
            "127.0.0.1:9411",
            "192.168.1.5",
            "[::1]:9411",
            "[2001:db8::1]",
            // This machine, behind any port, in any case, with the dot of the root.
            "localhost",
            "LocalHost:8080",
            "localhost.:9411",
            "zipkin.localhost",
            "my-laptop:9411",
            "laptop.local",
            "LAPTOP.LAN",
            "host.docker.internal:9411",
            // Compose and Kubernetes.
            "zipkin:9411",
            "three-hops-zipkin-1:9411",
            "zipkin.three-hops_default:9411",
            "zipkin.three-hops:9411",
            "zipkin.three-hops.svc",
            "zipkin.three-hops.svc.cluster.local.:9411",
            // On the list, behind another port.
            "traces.example.com",
            "Traces.Example.com.:8443",
        ] {
            assert!(is_own(host, &["https://traces.example.com".into()]), "{host}");
        }
    }

    #[test]
    fn names_that_anybody_can_register_are_foreign() {
        for host in [
            "evil.example",
            "evil.com:9411",
            "EVIL.COM.",
            "evil.xn--p1ai",
            "127.0.0.1.evil.com",
            "localhost.evil.com:9411",
            "zipkin.evil.com",
            "x.traces.example.com",
            "traces.example.com.evil.com",
            // No names.
            "evil.com..",
            ".",
            "evil.com@localhost",
            "localhost,evil.com",
            "local host",
            "[::1].evil.com",
            "[evil.com]",
        ] {
            assert!(!is_own(host, &["https://traces.example.com".into()]), "{host}");
        }
    }
}
