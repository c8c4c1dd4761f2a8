//! The attributes of a span of HTTP: <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>.

use std::net::IpAddr;

use zipkin::{
    Kind,
    encode::otlp::{SpanWriter, Value},
};

use super::names::{self, Aside};
use crate::sink::EndedSpan;

/// Writes what the tags, the name and the other side of the span say.
pub(super) fn write(writer: &mut SpanWriter<'_>, span: &EndedSpan<'_>, aside: &Aside<'_>) {
    if !aside.method.is_empty() {
        names::method(writer, aside);
    }
    if aside.code != 0 && !aside.has("http.response.status_code") {
        writer.attribute("http.response.status_code", Value::Whole(aside.code));
    }
    match span.kind() {
        Some(Kind::Server) => server(writer, span, aside),
        Some(Kind::Client) => client(writer, span, aside),
        _ if !aside.path.is_empty() => text(writer, aside, "url.path", aside.path),
        _ => {}
    }
}

fn server(writer: &mut SpanWriter<'_>, span: &EndedSpan<'_>, aside: &Aside<'_>) {
    text(writer, aside, "url.scheme", span.url.0);
    text(writer, aside, "url.path", aside.path);
    text(writer, aside, "http.route", route(span.name(), aside.method));
    let Some(ip) = span.remote_ip() else { return };
    address(writer, aside, "client.address", ip);
    // A caller that a proxy names has no port: it is not who is at the other end of the connection.
    if let Some(port) = span.remote_port() {
        peer(writer, aside, ip, port);
    }
}

fn client(writer: &mut SpanWriter<'_>, span: &EndedSpan<'_>, aside: &Aside<'_>) {
    let (scheme, host) = span.url;
    let port = span.remote_port();
    // In a URL, an address of IPv6 stands in brackets.
    let name = host.trim_matches(['[', ']']);
    text(writer, aside, "server.address", name);
    if let (Some(port), false) = (port, aside.has("server.port")) {
        writer.attribute("server.port", Value::Whole(port.into()));
    }
    match span.remote_service() {
        Some(service) if service != host => text(writer, aside, "peer.service", service),
        _ => {}
    }
    if !scheme.is_empty() && !host.is_empty() && !aside.has("url.full") {
        let mut digits = itoa::Buffer::new();
        let (colon, port) = match (scheme, port) {
            ("http", Some(80)) | ("https", Some(443)) | (_, None) => ("", ""),
            (_, Some(port)) => (":", digits.format(port)),
        };
        // Neither the password of a URL nor its query: both may be secrets.
        writer.text_of("url.full", [scheme, "://", host, colon, port, aside.path]);
    }
    if let (Some(ip), Some(port)) = (span.remote_ip(), port) {
        peer(writer, aside, ip, port);
    }
}

/// The route is what stands in the name behind the method, where axum, or the handler, knew one.
fn route<'a>(name: &'a str, method: &str) -> &'a str {
    let route = name.strip_prefix(method).and_then(|rest| rest.strip_prefix(' '));
    route.filter(|route| route.starts_with('/')).unwrap_or_default()
}

fn peer(writer: &mut SpanWriter<'_>, aside: &Aside<'_>, ip: IpAddr, port: u16) {
    address(writer, aside, "network.peer.address", ip);
    if !aside.has("network.peer.port") {
        writer.attribute("network.peer.port", Value::Whole(port.into()));
    }
}

fn address(writer: &mut SpanWriter<'_>, aside: &Aside<'_>, key: &str, ip: IpAddr) {
    if aside.has(key) {
        return;
    }
    match ip {
        // As its `Display` has it, which takes far longer.
        IpAddr::V4(ip) => {
            let mut digits = [itoa::Buffer::new(); 4];
            let [a, b, c, d] = &mut digits;
            let [first, second, third, fourth] = ip.octets();
            let (first, second) = (a.format(first), b.format(second));
            let (third, fourth) = (c.format(third), d.format(fourth));
            writer.text_of(key, [first, ".", second, ".", third, ".", fourth]);
        }
        IpAddr::V6(ip) => writer.attribute(key, Value::Text(&ip.to_string())),
    }
}

fn text(writer: &mut SpanWriter<'_>, aside: &Aside<'_>, key: &str, value: &str) {
    if !value.is_empty() && !aside.has(key) {
        writer.attribute(key, Value::Text(value));
    }
}
