//! The ends of a request's connection: where it came in, and who sent it: the other end, or whom a trusted proxy there names
//! in `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, connect_info::Connected},
    serve::IncomingStream,
};
use http::{Extensions, HeaderMap};
use tokio::net::TcpListener;
use zipkin::EndpointRef;

use super::network::Network;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Both ends of a request's connection, so that its spans can name them:
/// `router.into_make_service_with_connect_info::<Ends>()`. A server that is not axum's adds `ConnectInfo(ends)` to the
/// extensions of each request. `ConnectInfo<SocketAddr>` is understood, too, and tells the caller alone.
///
/// ```
/// use axum::{Router, extract::ConnectInfo, routing::get};
/// use telemetry::Ends;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// let routes = Router::new().route("/", get(async |ConnectInfo(ends): ConnectInfo<Ends>| format!("{:?}", ends.local)));
/// let service = routes.into_make_service_with_connect_info::<Ends>();
/// tokio::spawn(async { axum::serve(listener, service).await });
///
/// let local = reqwest::get(format!("http://{address}")).await?.text().await?;
/// assert_eq!(local, format!("Some({address})"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The caller's.
    pub peer: SocketAddr,
    /// Ours, where the socket knows it.
    pub local: Option<SocketAddr>,
}

impl Ends {
    fn of(extensions: &Extensions) -> Option<Self> {
        if let Some(ConnectInfo(ends)) = extensions.get() {
            return Some(*ends);
        }
        let ConnectInfo(peer) = *extensions.get()?;
        Some(Self { peer, local: None })
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Ends {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self {
            peer: *stream.remote_addr(),
            local: stream.io().local_addr().ok(),
        }
    }
}

/// The address at which the request came in, where the server knows its connection.
pub(crate) fn local_ip(extensions: &Extensions) -> Option<IpAddr> {
    let ip = Ends::of(extensions)?.local?.ip().to_canonical();
    (!ip.is_unspecified()).then_some(ip)
}

/// The caller's endpoint, where the server knows its connection.
pub(crate) fn endpoint(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &[Network],
) -> Option<EndpointRef<'static>> {
    let Ends { peer, .. } = Ends::of(extensions)?;
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut endpoint = EndpointRef::default();
    let named = is_trusted(peer.ip()).then(|| forwarded(headers, is_trusted));
    match named.flatten() {
        Some(client) => endpoint.set_ip(client),
        None => {
            endpoint.port = Some(peer.port());
            endpoint.set_ip(peer.ip());
        }
    }
    Some(endpoint)
}

/// The last address that no trusted proxy has: each proxy adds at the end, and what stands before is anybody's claim.
fn forwarded(headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
    let values = headers.get_all(FORWARDED_FOR).iter().rev();
    let entries = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.rsplit(','));
    let mut addresses = entries.map_while(|entry| address(entry.trim()));
    addresses.find(|address| !is_trusted(*address))
}

/// An address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_matches(['[', ']']).parse();
    bare.ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_socket_is_told_where_it_is_one() {
        let told = |local: Option<&str>| {
            let mut extensions = Extensions::new();
            let local = local.map(|text| text.parse().unwrap());
            let peer = "10.0.0.1:80".parse().unwrap();
            extensions.insert(ConnectInfo(Ends { peer, local }));
            assert_eq!(
                endpoint(&extensions, &HeaderMap::new(), &[]).unwrap().port,
                Some(80)
            );
            local_ip(&extensions).map(|ip| ip.to_string())
        };
        for (local, ip) in [
            (Some("10.0.0.7:8081"), Some("10.0.0.7")),
            // A socket for both, and a caller by IPv4.
            (Some("[::ffff:10.0.0.7]:8081"), Some("10.0.0.7")),
            (Some("[2001:db8::1]:8081"), Some("2001:db8::1")),
            // No socket has these, but a server may say so.
            (Some("0.0.0.0:8081"), None),
            (Some("[::]:8081"), None),
            (Some("[::ffff:0.0.0.0]:8081"), None),
            (None, None),
        ] {
            assert_eq!(told(local).as_deref(), ip, "{local:?}");
        }
        assert_eq!(local_ip(&Extensions::new()), None);
    }

    /// The caller's address and port, as `ADDRESS:PORT` or `ADDRESS`.
    fn caller(peer: &str, forwarded: &[&'static str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let endpoint = endpoint(&extensions, &headers, &trusted).unwrap();
        let ip = endpoint
            .ipv4
            .map(IpAddr::V4)
            .or(endpoint.ipv6.map(IpAddr::V6))
            .unwrap();
        endpoint
            .port
            .map_or(ip.to_string(), |port| format!("{ip}:{port}"))
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        for (peer, forwarded, expected) in [
            ("10.0.0.1:80", &["203.0.113.5"][..], "203.0.113.5"),
            // Anybody may claim to be anybody.
            ("203.0.113.9:80", &["203.0.113.5"], "203.0.113.9:80"),
            ("10.0.0.1:80", &[], "10.0.0.1:80"),
            // Claimed by the client, then added by each proxy on the way.
            ("10.0.0.1:80", &["1.2.3.4, 203.0.113.5, 10.0.0.2"], "203.0.113.5"),
            ("10.0.0.1:80", &["1.2.3.4", "203.0.113.5:4711"], "203.0.113.5"),
            ("10.0.0.1:80", &["[2001:db8::1]:80"], "2001:db8::1"),
            ("10.0.0.1:80", &["2001:db8::1"], "2001:db8::1"),
            // An address that cannot be read ends the way back.
            ("10.0.0.1:80", &["1.2.3.4, unknown"], "10.0.0.1:80"),
            ("10.0.0.1:80", &["1.2.3.4, unknown, 10.0.0.2"], "10.0.0.1:80"),
        ] {
            assert_eq!(caller(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }
}
