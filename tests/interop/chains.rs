//! The three chains: a peer before the gateway, in orders' place, and in inventory's place.

use serde_json::Value;

use super::peer::{Peer, otel_collector};
use crate::{
    harness::{Part, client},
    names::encoded,
};

/// A peer, and our services around it.
pub struct Chains {
    pub collector: Part,
    pub peer: Part,
    _between: Option<Part>,
    inventory: Part,
    orders: Part,
    /// The gateway before our orders, before the peer, and before the orders that call the peer.
    gateways: [Part; 3],
    orders_before_peer: Part,
    service: &'static str,
}

/// Where the peer stands.
pub struct Place<'a> {
    pub name: &'static str,
    /// The services, in the order of the request.
    pub hops: Vec<&'static str>,
    /// Our services before the peer, and after it.
    pub before: Vec<&'a Part>,
    pub after: Vec<&'a Part>,
    entrance: &'a Part,
    pub gateway: &'a Part,
    /// The entrance is a peer: it calls the gateway.
    pub is_front: bool,
}

impl Chains {
    /// Starts them all; we write only what the peer is told to write.
    pub fn start(peer: &Peer, format: &str, join: Option<&str>) -> Self {
        let collector = Part::start("collector", &[]);
        let spans = format!("{}/api/v2/spans", collector.url);
        let propagators = match format {
            "w3c" => "tracecontext,baggage".to_owned(),
            b3 => format!("{b3},baggage"),
        };
        let start = |role: &str, next: &[(&str, &str)]| {
            let environment = [
                ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", spans.as_str()),
                ("OTEL_PROPAGATORS", &propagators),
                ("SERVER_SPAN_JOIN", join.unwrap_or("false")),
                ("LOG_FORMAT", "logback"),
                // A JVM's first request takes longer than a user should wait.
                ("DOWNSTREAM_TIMEOUT_MS", "10000"),
            ];
            Part::start(role, &[&environment, next].concat())
        };
        let inventory = start("inventory", &[]);
        let between = peer.through_collector.then(|| otel_collector(&collector.url));
        let otlp = &between.as_ref().unwrap_or(&collector).url;
        let peer_part = peer.start(&[
            ("SPANS", &spans),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", otlp),
            ("FORMAT", format),
            ("INVENTORY_URL", &inventory.url),
            ("JOIN", join.unwrap_or("true")),
        ]);
        let orders = start("orders", &[("INVENTORY_URL", &inventory.url)]);
        let orders_before_peer = start("orders", &[("INVENTORY_URL", &peer_part.url)]);
        let gateway = |next: &Part| start("gateway", &[("ORDERS_URL", &next.url)]);
        Self {
            gateways: [
                gateway(&orders),
                gateway(&peer_part),
                gateway(&orders_before_peer),
            ],
            collector,
            peer: peer_part,
            _between: between,
            inventory,
            orders,
            orders_before_peer,
            service: peer.service,
        }
    }

    pub fn places(&self) -> [Place<'_>; 3] {
        let [before_orders, before_peer, before_both] = &self.gateways;
        let front = Place {
            name: "front",
            hops: vec![self.service, "gateway", "orders", "inventory"],
            before: vec![],
            after: vec![before_orders, &self.orders, &self.inventory],
            entrance: &self.peer,
            gateway: before_orders,
            is_front: true,
        };
        let middle = Place {
            name: "middle",
            hops: vec!["gateway", self.service, "inventory"],
            before: vec![before_peer],
            after: vec![&self.inventory],
            entrance: before_peer,
            gateway: before_peer,
            is_front: false,
        };
        let end = Place {
            name: "end",
            hops: vec!["gateway", "orders", self.service],
            before: vec![before_both, &self.orders_before_peer],
            after: vec![],
            entrance: before_both,
            gateway: before_both,
            is_front: false,
        };
        [front, middle, end]
    }

    /// The links, as `parent child count`.
    pub async fn links(&self) -> Vec<String> {
        let all_time = "endTs=9999999999999&lookback=9999999999999";
        let url = format!("{}/api/v2/dependencies?{all_time}", self.collector.url);
        let links: Vec<Value> = client().get(url).send().await.unwrap().json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let link = |link: &Value| {
            format!(
                "{} {} {}",
                text(&link["parent"]),
                text(&link["child"]),
                link["callCount"]
            )
        };
        let mut links: Vec<_> = links.iter().map(link).collect();
        links.sort();
        links
    }
}

impl<'a> Place<'a> {
    /// The same with another peer in front.
    pub fn behind(mut self, peer: &'a Part, service: &'static str) -> Self {
        self.hops.insert(0, service);
        (self.entrance, self.is_front) = (peer, true);
        self
    }

    /// Calls `/users/{user}` on the gateway, through the peer where that stands before it; the order comes from outside.
    pub async fn call(&self, user: &str, order: &str, context: &[(&str, String)]) {
        let (path, order) = (format!("/users/{}", encoded(user)), encoded(order));
        let mut request = if self.is_front {
            let url = encoded(&format!("{}{path}", self.gateway.url));
            client().get(format!(
                "{}/call?url={url}&userId=terry&orderId={order}",
                self.entrance.url
            ))
        } else {
            let request = client().get(format!("{}{path}", self.entrance.url));
            request.header("baggage", format!("orderId={order}"))
        };
        for (name, value) in context {
            request = request.header(*name, value);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(
            answer.status(),
            200,
            "{}: {}",
            self.name,
            answer.text().await.unwrap()
        );
    }

    /// The line that the trace should have: a server and a client span a hop, and no client in the last.
    pub fn line(&self) -> Vec<(String, String)> {
        let sides = |hop: &&str| ["SERVER", "CLIENT"].map(|kind| ((*hop).to_owned(), kind.to_owned()));
        let mut line: Vec<_> = self.hops.iter().flat_map(sides).collect();
        line.pop();
        line
    }
}
