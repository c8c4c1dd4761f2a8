//! Real engines, a real Zipkin, and the settings that the compose overlays give it. `.ci/backends` brings what this needs.
use std::{
    collections::BTreeMap,
    fs::File,
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::harness::{Part, client, free_port};

/// Variables and their values.
pub type Environment = BTreeMap<String, String>;

/// Asks `$BACKENDS` for an engine: `up`, and it gives Zipkin's settings for it, or `down`.
pub fn engine(name: &str, action: &str) -> Environment {
    let Some(program) = std::env::var_os("BACKENDS") else {
        panic!("BACKENDS is not set: run .ci/backends");
    };
    let ask = || Command::new(&program).args([name, action]).output().unwrap();
    // A start may be given up too early; the second finds the engine that the first has started.
    let output = Some(ask())
        .filter(|output| output.status.success())
        .unwrap_or_else(ask);
    let (settings, log) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    assert!(output.status.success(), "{}", log.unwrap());
    let settings = settings.unwrap();
    settings
        .split_whitespace()
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The environment that overlays give a service, with engines at their addresses here.
pub fn overlaid(service: &str, engines: &[(&str, &Environment)]) -> Environment {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut compose = Command::new("docker");
    compose
        .current_dir(top)
        .env("COMPOSE_PROFILES", "zipkin")
        .args(["compose", "-f", "docker-compose.yml"]);
    for (engine, _) in engines {
        compose.args(["-f", &format!("deploy/compose.{engine}.yml")]);
    }
    let output = compose.args(["config", "--format", "json"]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let project: Value = serde_json::from_slice(&output.stdout).unwrap();
    let path = format!("/services/{service}/environment");
    let mut environment: Environment =
        serde_json::from_value(project.pointer(&path).unwrap().clone()).unwrap();
    for (engine, settings) in engines {
        for (name, value) in *settings {
            if let Some(overlaid) = environment.get_mut(name) {
                // An address names its container; all else is the same in both.
                assert!(
                    overlaid.contains(engine) || overlaid == value,
                    "{name}: {overlaid}, {value}"
                );
                overlaid.clone_from(value);
            }
        }
    }
    environment
}

/// A name that no other run has: what others keep in the same engine stays apart.
pub fn own_name() -> String {
    let since_epoch = std::time::UNIX_EPOCH.elapsed().unwrap();
    format!("three_hops_{}_{}", std::process::id(), since_epoch.as_millis())
}

/// The real Zipkin server.
pub struct Zipkin {
    child: Child,
    pub url: String,
}

impl Zipkin {
    /// Starts `$ZIPKIN_JAR` and waits until it is well, its storage and its collectors included.
    pub async fn start(mut environment: Environment) -> Self {
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.log", own_name()));
        let (port, output) = (free_port(), File::create(&log).unwrap());
        let mut java = Command::new("java");
        let options = environment.remove("JAVA_OPTS").unwrap_or_default();
        java.args(options.split_whitespace())
            .arg("-jar")
            .arg(std::env::var_os("ZIPKIN_JAR").unwrap());
        let java = java.envs(environment).env("QUERY_PORT", port.to_string());
        let child = java
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let zipkin = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let what = format!("Zipkin, whose log is {}", log.display());
        zipkin.get_until("/health", &what, |_| true).await;
        zipkin
    }

    /// Asks until the answer is as it should be. Some storages show spans late and one by one.
    pub async fn get_until(&self, path: &str, what: &str, is_right: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(100);
        loop {
            let mut last = Value::Null;
            if let Ok(answer) = client().get(format!("{}{path}", self.url)).send().await
                && answer.status().is_success()
            {
                last = answer.json().await.unwrap();
                if is_right(&last) {
                    return last;
                }
            }
            assert!(
                Instant::now() < deadline,
                "waited in vain for {what}; last came {last}"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

impl Drop for Zipkin {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Gateway, orders and inventory, each with what `environment` says for it.
pub fn services(environment: impl Fn(&str) -> Environment) -> [Part; 3] {
    let start = |role: &str, next: Option<(&str, &str)>| {
        let mut environment = environment(role);
        environment.remove("LISTEN_ADDR");
        environment.extend(next.map(|(name, url)| (name.to_owned(), url.to_owned())));
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        Part::start(role, &environment)
    };
    let inventory = start("inventory", None);
    let orders = start("orders", Some(("INVENTORY_URL", &inventory.url)));
    let gateway = start("gateway", Some(("ORDERS_URL", &orders.url)));
    [gateway, orders, inventory]
}
