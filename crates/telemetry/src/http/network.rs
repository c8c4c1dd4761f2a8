//! Networks of addresses: the proxies that are trusted.

use std::{net::IpAddr, str::FromStr};

/// Addresses with a common beginning, as in `10.0.0.0/8`; without a length, one address.
///
/// ```
/// let proxies: telemetry::Network = "10.0.0.0/8".parse()?;
/// assert!(proxies.contains("10.1.2.3".parse().unwrap()));
/// assert!(!proxies.contains("11.0.0.1".parse().unwrap()));
/// # Ok::<(), telemetry::NetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    /// Bits that count, of 128; those of an IPv4 address are the last 32.
    length: u32,
}

/// A text that is no [`Network`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address or a network is needed, such as 10.0.0.7 or 10.0.0.0/8")]
#[non_exhaustive]
pub struct NetworkError;

impl Network {
    /// Whether the address is one of these.
    pub fn contains(&self, address: IpAddr) -> bool {
        let difference = bits(self.first) ^ bits(address);
        difference.checked_shr(128 - self.length).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, length) = match text.trim().split_once('/') {
            Some((first, length)) => (first, Some(length)),
            None => (text.trim(), None),
        };
        let first: IpAddr = first.parse().map_err(|_| NetworkError)?;
        let bits = if first.is_ipv4() { 32 } else { 128 };
        let length = length.map_or(Ok(bits), |length| length.parse().map_err(|_| NetworkError))?;
        if length > bits {
            return Err(NetworkError);
        }
        Ok(Self {
            first,
            length: length + 128 - bits,
        })
    }
}

/// IPv4 as IPv6 has it, so that a socket that takes both is compared rightly.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_begin_alike() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.0.0.7", "10.0.0.7", "10.0.0.8"),
            ("10.0.0.0/8", "::ffff:10.0.0.1", "::1"),
            ("fd00::/8", "fd12::1", "fe00::1"),
            ("0.0.0.0/0", "255.1.2.3", "::1"),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{network} {inside}");
            assert!(!parsed.contains(outside.parse().unwrap()), "{network} {outside}");
        }
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "proxy", "10.0.0.0/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
