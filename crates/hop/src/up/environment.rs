//! The environment of each service. The parts of one `up` must find each other, whatever this process inherited.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
};

use clap::Args as _;
use service::BaseUrl;
use tokio::process::Command;

use crate::{ports::Ports, settings, up::team::Team};

const EXPORTER: &str = "OTEL_TRACES_EXPORTER";

/// Variables that each service is told, or not told, by `up` alone.
const OURS: [&str; 14] = [
    "FAULTS_ADDR",
    "OTEL_SERVICE_NAME",
    "LISTEN_ADDR",
    "QUERY_PORT",
    "ORDERS_URL",
    "INVENTORY_URL",
    "ORDERS_NAME",
    "INVENTORY_NAME",
    "DOWNSTREAM_TIMEOUT_MS",
    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_TOPIC",
];

/// The environment variables of the three services.
#[derive(Clone, Debug)]
pub struct Environment {
    ports: Ports,
    team: Option<Team>,
    zipkin_url: BaseUrl,
    exporter: &'static str,
    logback: bool,
    /// Whether faults may be set, as they may unless `FAULTS` says otherwise.
    faults: bool,
}

impl Environment {
    /// For services that send to this collector. `logback`: their lines are to be JSON, to be shown in short.
    pub fn new(ports: Ports, team: Option<Team>, zipkin_url: &BaseUrl, logback: bool) -> Self {
        let exporter = exporter(std::env::var_os(EXPORTER));
        Self {
            ports,
            team,
            zipkin_url: zipkin_url.clone(),
            exporter,
            logback,
            faults: std::env::var_os("FAULTS").is_none_or(|set| set.is_empty()),
        }
    }

    /// Sets what the service of this name is told.
    pub fn apply(&self, name: &str, command: &mut Command) {
        command.envs(self.variables(name));
        // The collector's: it runs in this process, and has read it.
        command.env_remove("QUERY_PORT");
        // One value for all would end the outer deadlines before the inner ones could say what is wrong.
        command.env_remove("DOWNSTREAM_TIMEOUT_MS");
    }

    /// Whether faults may be set in the services.
    pub fn has_faults(&self) -> bool {
        self.faults || std::env::var_os("FAULTS").is_some_and(|set| set == "on")
    }

    /// The name of a service in traces and log lines.
    pub fn name_of(&self, role: &str) -> String {
        Team::service(self.team.as_ref(), role)
    }

    fn variables(&self, name: &str) -> Vec<(&'static str, String)> {
        let local = |port| format!("127.0.0.1:{port}");
        let ([gateway, orders, inventory], faults) = (self.ports.services(), self.ports.faults());
        let [of_gateway, of_orders, of_inventory] = faults;
        let (port, faults) = match name {
            "gateway" => (gateway, of_gateway),
            "orders" => (orders, of_orders),
            _ => (inventory, of_inventory),
        };
        let mut variables = vec![
            ("OTEL_SERVICE_NAME", self.name_of(name)),
            ("LISTEN_ADDR", local(port)),
            ("ORDERS_URL", format!("http://{}", local(self.ports.orders))),
            ("INVENTORY_URL", format!("http://{}", local(self.ports.inventory))),
            ("ORDERS_NAME", self.name_of("orders")),
            ("INVENTORY_NAME", self.name_of("inventory")),
            (EXPORTER, self.exporter.to_owned()),
            (
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                self.zipkin_url.join("/api/v2/spans"),
            ),
        ];
        if self.exporter == "otlp" {
            let url = self.zipkin_url.join("/v1/traces");
            variables.push(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url));
        }
        variables.push(("FAULTS_ADDR", local(faults)));
        if self.faults {
            variables.push(("FAULTS", "on".to_owned()));
        }
        // A learner looks at headers; a user who does not want them says so.
        if std::env::var_os("HEADER_TAGS").is_none_or(|set| set.is_empty()) {
            variables.push(("HEADER_TAGS", "true".to_owned()));
        }
        if self.logback {
            variables.push(("LOG_FORMAT", "logback".to_owned()));
        }
        variables
    }
}

/// Variables of the environment that have no effect here, in words.
pub fn ignored(set: &[String], read: &BTreeSet<String>, own_collector: bool) -> Vec<String> {
    let mut ours: Vec<&str> = OURS.to_vec();
    if exporter(std::env::var_os(EXPORTER)) == "zipkin" {
        ours.push(EXPORTER);
    }
    let collectors = settings::variables(&collector::Config::augment_args(clap::Command::new("collector")));
    let names = |is_meant: &dyn Fn(&str) -> bool| {
        let names = set.iter().map(String::as_str).filter(|name| is_meant(name));
        names
            .collect::<BTreeSet<&str>>()
            .into_iter()
            .collect::<Vec<&str>>()
            .join(", ")
    };
    let overruled = names(&|name| ours.contains(&name));
    let elsewhere = names(&|name| !own_collector && collectors.contains(name) && !ours.contains(&name));
    let unread =
        names(&|name| ["OTEL_", "MDC_"].iter().any(|ours| name.starts_with(ours)) && !read.contains(name));
    [
        (
            overruled,
            "hop up sets these itself, whatever the environment says",
        ),
        (
            elsewhere,
            "with --zipkin-url there is no collector that would read these",
        ),
        (unread, "nothing here reads these variables"),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, reason)| format!("hop: {reason}: {names}"))
    .collect()
}

/// Ours, the other one that sends to a Zipkin, for who wants to see the difference, or OpenTelemetry's protocol. With `console` or `none`
/// there would be no trace to show.
fn exporter(inherited: Option<OsString>) -> &'static str {
    match inherited.as_deref().and_then(OsStr::to_str) {
        Some("opentelemetry-zipkin") => "opentelemetry-zipkin",
        Some("otlp") => "otlp",
        _ => "zipkin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Offset;

    #[test]
    fn each_service_hears_its_own_name_and_address() {
        let environment = Environment {
            ports: Ports::at(Offset { value: 100 }, true),
            team: Some("red".parse().unwrap()),
            zipkin_url: "http://127.0.0.1:9511".parse().unwrap(),
            exporter: "zipkin",
            logback: true,
            faults: true,
        };
        let variables = environment.variables("orders");
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(
            variables,
            [
                ("OTEL_SERVICE_NAME", "red-orders"),
                ("LISTEN_ADDR", "127.0.0.1:8182"),
                ("ORDERS_URL", "http://127.0.0.1:8182"),
                ("INVENTORY_URL", "http://127.0.0.1:8183"),
                ("ORDERS_NAME", "red-orders"),
                ("INVENTORY_NAME", "red-inventory"),
                ("OTEL_TRACES_EXPORTER", "zipkin"),
                (
                    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                    "http://127.0.0.1:9511/api/v2/spans"
                ),
                ("FAULTS_ADDR", "127.0.0.1:7182"),
                ("FAULTS", "on"),
                ("HEADER_TAGS", "true"),
                ("LOG_FORMAT", "logback"),
            ]
        );
    }

    #[test]
    fn settings_without_an_effect_are_named() {
        let read = [
            "MDC_PROPAGATE",
            "OTEL_TRACES_SAMPLER",
            "MEM_MAX_SPANS",
            "LISTEN_ADDR",
        ];
        let read = read.map(str::to_owned).into();
        let set = [
            "MEM_MAX_SPANS",
            "OTEL_TRACES_SAMPLER",
            "LISTEN_ADDR",
            "OTEL_EXPORTER_JAEGER_ENDPOINT",
            "MDC_PROPAGATED",
            "MDC_PROPAGATE",
            "PATH",
        ];
        let set = set.map(str::to_owned);
        let overruled = "hop: hop up sets these itself, whatever the environment says: LISTEN_ADDR";
        let unread = "hop: nothing here reads these variables: MDC_PROPAGATED, OTEL_EXPORTER_JAEGER_ENDPOINT";
        assert_eq!(ignored(&set, &read, true), [overruled, unread]);
        let elsewhere = "hop: with --zipkin-url there is no collector that would read these: MEM_MAX_SPANS";
        assert_eq!(ignored(&set, &read, false), [overruled, elsewhere, unread]);
        assert_eq!(ignored(&["PATH".to_owned()], &read, true), [""; 0]);
    }

    #[test]
    fn by_otlp_spans_go_to_the_same_collector() {
        let environment = Environment {
            ports: Ports::at(Offset { value: 100 }, true),
            team: None,
            zipkin_url: "http://127.0.0.1:9511".parse().unwrap(),
            exporter: "otlp",
            logback: false,
            faults: false,
        };
        let endpoint = (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://127.0.0.1:9511/v1/traces".to_owned(),
        );
        assert!(environment.variables("orders").contains(&endpoint));
    }

    #[test]
    fn only_an_exporter_to_the_collector_is_kept() {
        for (inherited, exporter_used) in [
            (Some("opentelemetry-zipkin"), "opentelemetry-zipkin"),
            (Some("otlp"), "otlp"),
            (Some("console"), "zipkin"),
            (Some("none"), "zipkin"),
            (None, "zipkin"),
        ] {
            assert_eq!(exporter(inherited.map(OsString::from)), exporter_used);
        }
    }
}
