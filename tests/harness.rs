//! Starts parts as processes of their own and owns them from then on, so that a failed test leaves none behind.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStderr, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::Router;
use serde_json::Value;

/// A running part.
pub struct Part {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    pub url: String,
}

/// The chain and its collector.
pub struct Stack {
    pub collector: Part,
    pub inventory: Part,
    pub orders: Part,
    pub gateway: Part,
}

impl Part {
    /// Starts `hop ROLE` on a free port and waits until it says which.
    pub fn start(role: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = hop(&[role]);
        if role == "collector" {
            // Tests run beside each other, and beside whatever has the well-known port.
            command.env("OTLP_PORT", "0");
        } else {
            command.arg("--until-stdin-closes");
        }
        command
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .envs(environment.iter().copied());
        Self::run(command)
    }

    /// Starts a program whose first line says where it listens.
    pub fn run(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (kept, output) = (lines.clone(), child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut part = Self {
            child,
            lines,
            url: String::new(),
        };
        part.url = until("the first line", || {
            let line = part.lines().first()?.clone();
            Some(
                line[line.find("http://")?..]
                    .split('"') // of a line that is JSON
                    .next()?
                    .trim_end_matches(|c: char| !c.is_ascii_digit())
                    .to_owned(),
            )
        });
        part
    }

    /// Its standard error, where that was to be piped.
    pub fn stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Its standard input. Once that is dropped, it has ended.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Its lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The lines with this text, once there are `count` of them.
    pub fn lines_with(&self, text: &str, count: usize) -> Vec<String> {
        until(&format!("{count} lines with {text:?}"), || {
            let found: Vec<_> = self
                .lines()
                .into_iter()
                .filter(|line| line.contains(text))
                .collect();
            (found.len() >= count).then_some(found)
        })
    }

    /// Memory that it has in use, where the system says so as Linux does.
    pub fn resident_kb(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }

    /// Lets it drain and end, as `hop up` does, and gives its last line.
    pub fn stop(mut self) -> String {
        drop(self.child.stdin.take());
        until("the end of a part", || self.child.try_wait().unwrap());
        // The reader may be a moment behind the end of the process.
        until("the last line", || {
            self.lines()
                .last()
                .filter(|line| line.contains(" ended, "))
                .cloned()
        })
    }

    /// Closes its standard input, as the end of its parent does, and says whether it has ended.
    pub fn ended_without_its_parent(&mut self) -> Option<()> {
        drop(self.child.stdin.take());
        self.child
            .try_wait()
            .unwrap()
            .map(|status| assert!(status.success()))
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stack {
    /// Starts the chain; every service gets the environment.
    pub fn start(environment: &[(&str, &str)]) -> Self {
        let collector = Part::start("collector", &[]);
        let spans = format!("{}/api/v2/spans", collector.url);
        let start = |role: &str, more: &[(&str, &str)]| {
            let addresses = [
                ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", spans.as_str()),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
            ];
            Part::start(role, &[&addresses, environment, more].concat())
        };
        let inventory = start("inventory", &[]);
        let orders = start("orders", &[("INVENTORY_URL", &inventory.url)]);
        let gateway = start("gateway", &[("ORDERS_URL", &orders.url)]);
        Self {
            collector,
            inventory,
            orders,
            gateway,
        }
    }

    /// The spans of a trace, once there are `count` of them.
    pub async fn trace(&self, id: &str, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = client()
                .get(format!("{}/api/v2/trace/{id}", self.collector.url))
                .send()
                .await
                .unwrap();
            let spans: Vec<Value> = if found.status() == 200 {
                found.json().await.unwrap()
            } else {
                Vec::new()
            };
            if spans.len() >= count {
                return spans;
            }
            assert!(
                Instant::now() < deadline,
                "{count} spans of {id} expected, {} came",
                spans.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The time that a test gives to what should come at once.
const PATIENCE: Duration = Duration::from_secs(40);

/// The binary, without what the test's own environment would tell it.
pub fn hop(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hop"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let is_ours = [
            "OTEL_",
            "FAULTS",
            "MDC_",
            "LOG_FORMAT",
            "GOOGLE_CLOUD_PROJECT",
            "RUST_LOG",
            "MEM_",
            "DATA_DIR",
            "SERVER_SPAN",
            "QUERY_",
            "OTLP_",
            "ZIPKIN_QUERY_",
            "ES_",
        ];
        // Where cargo has started hop, commands in its texts begin with cargo's.
        let is_cargos = text == "CARGO";
        if is_cargos || is_ours.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.args(arguments).env("RUST_BACKTRACE", "0");
    command
}

/// Calls until there is something, and fails after a while.
pub fn until<T>(what: &str, mut poll: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = poll() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A client that heeds no proxy.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A server of the test's own on a free port.
pub async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A free port. Somebody else may take it before it is used, which is unlikely.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
