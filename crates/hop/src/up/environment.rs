//! What each service is told. The parts of one `up` must find each other, whatever this process inherited.

use std::ffi::{OsStr, OsString};

use tokio::process::Command;

use crate::ports::Ports;

/// The environment variables of the three services.
#[derive(Clone, Debug)]
pub struct Environment {
    ports: Ports,
    zipkin_url: String,
    exporter: &'static str,
    logback: bool,
}

impl Environment {
    /// For services that send to this collector. `logback`: their lines are to be JSON, to be shown in short.
    pub fn new(ports: Ports, zipkin_url: &str, logback: bool) -> Self {
        let exporter = exporter(std::env::var_os("OTEL_TRACES_EXPORTER"));
        Self {
            ports,
            zipkin_url: zipkin_url.to_owned(),
            exporter,
            logback,
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

    fn variables(&self, name: &str) -> Vec<(&'static str, String)> {
        let local = |port| format!("127.0.0.1:{port}");
        let port = match name {
            "gateway" => self.ports.gateway,
            "orders" => self.ports.orders,
            _ => self.ports.inventory,
        };
        let mut variables = vec![
            ("OTEL_SERVICE_NAME", name.to_owned()),
            ("LISTEN_ADDR", local(port)),
            ("ORDERS_URL", format!("http://{}", local(self.ports.orders))),
            ("INVENTORY_URL", format!("http://{}", local(self.ports.inventory))),
            ("OTEL_TRACES_EXPORTER", self.exporter.to_owned()),
            (
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                format!("{}/api/v2/spans", self.zipkin_url),
            ),
        ];
        if self.logback {
            variables.push(("LOG_FORMAT", "logback".to_owned()));
        }
        variables
    }
}

/// Ours, or the other one that sends to a Zipkin, for who wants to see the difference. With `console` or `none`
/// there would be no trace to show.
fn exporter(inherited: Option<OsString>) -> &'static str {
    match inherited.as_deref().and_then(OsStr::to_str) {
        Some("opentelemetry-zipkin") => "opentelemetry-zipkin",
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
            zipkin_url: "http://127.0.0.1:9511".into(),
            exporter: "zipkin",
            logback: true,
        };
        let variables = environment.variables("orders");
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(
            variables,
            [
                ("OTEL_SERVICE_NAME", "orders"),
                ("LISTEN_ADDR", "127.0.0.1:8182"),
                ("ORDERS_URL", "http://127.0.0.1:8182"),
                ("INVENTORY_URL", "http://127.0.0.1:8183"),
                ("OTEL_TRACES_EXPORTER", "zipkin"),
                (
                    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
                    "http://127.0.0.1:9511/api/v2/spans"
                ),
                ("LOG_FORMAT", "logback"),
            ]
        );
    }

    #[test]
    fn only_an_exporter_to_zipkin_is_kept() {
        for (inherited, exporter_used) in [
            (Some("opentelemetry-zipkin"), "opentelemetry-zipkin"),
            (Some("console"), "zipkin"),
            (Some("none"), "zipkin"),
            (None, "zipkin"),
        ] {
            assert_eq!(exporter(inherited.map(OsString::from)), exporter_used);
        }
    }
}
