//! A service's name and address in JSON, of either version.

use std::net::{IpAddr, Ipv4Addr};

use super::{
    json::{Reader, Wrong},
    normal::lower_case,
};
use crate::EndpointRef;

/// Reads an endpoint; one that says nothing is none.
pub fn endpoint<'a>(reader: &mut Reader<'a>) -> Result<Option<EndpointRef<'a>>, Wrong> {
    let mut endpoint = EndpointRef::default();
    reader.open_object()?;
    while let Some(key) = reader.key()? {
        match key.as_ref() {
            _ if reader.null()? => {}
            "serviceName" => endpoint.service_name = lower_case(reader.text()?),
            // Either field takes either family; what is no address counts as absent.
            "ipv4" | "ipv6" => ip(&reader.text()?).into_iter().for_each(|ip| endpoint.set_ip(ip)),
            "port" => endpoint.port = port(reader)?,
            _ => reader.skip()?,
        }
    }
    Ok((!endpoint.is_empty()).then_some(endpoint))
}

fn ip(text: &str) -> Option<IpAddr> {
    match text.parse() {
        // `::1.2.3.4` and `::ffff:1.2.3.4` are ways to write an IPv4 address.
        Ok(IpAddr::V6(ip)) if text.contains('.') => ip.to_ipv4().map(IpAddr::V4),
        Ok(ip) => Some(ip),
        Err(_) => zero_padded_ipv4(text).map(IpAddr::V4),
    }
}

// `10.0.0.04`: some anonymise addresses so, and Zipkin takes it as decimal.
fn zero_padded_ipv4(text: &str) -> Option<Ipv4Addr> {
    let octet = |digits: &str| match digits.len() {
        1..=3 if digits.bytes().all(|each| each.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    let octets: Vec<u8> = text.split('.').map(octet).collect::<Option<_>>()?;
    <[u8; 4]>::try_from(octets).ok().map(Ipv4Addr::from)
}

fn port(reader: &mut Reader<'_>) -> Result<Option<u16>, Wrong> {
    let port = reader.int()?.max(0);
    match u16::try_from(port) {
        Ok(port) => Ok((port != 0).then_some(port)),
        Err(_) => Err(format!("invalid port {port}").into()),
    }
}
