//! The peers: programs of a page that answer what orders and inventory answer, report to our collector, call any address
//! (`/call?url=…&userId=…&orderId=…`), and write a line for each request: its path, the values that they read by their own
//! means, and its headers, with tabs between. `.ci/interop` installs what they need, and says where in `$INTEROP`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::harness::Part;

/// One library, and what it can do.
pub struct Peer {
    /// As its spans say.
    pub service: &'static str,
    program: fn() -> Command,
    /// Digits of a trace id that it makes.
    pub digits: usize,
    /// Values travel through it, in W3C's header.
    pub carries: bool,
    /// The text that a test gives it to carry.
    pub text: &'static str,
    /// B3's debug comes out as debug; where not, as sampled.
    pub keeps_debug: bool,
    /// Its log lines come by OTLP, as its spans do.
    pub logs: bool,
    /// Both go through OpenTelemetry's Collector.
    pub through_collector: bool,
}

/// A text that an encoder can get wrong in several ways.
const ANY_TEXT: &str = "김 a+b%20";

/// Brave with its B3; its values have headers of their own.
pub const BRAVE: Peer = Peer {
    service: "brave",
    program: brave,
    digits: 16,
    carries: false,
    text: "8",
    keeps_debug: true,
    logs: false,
    through_collector: false,
};

/// Brave as Micrometer, and so Spring Boot, uses it, with W3C.
pub const MICROMETER: Peer = Peer {
    digits: 32,
    carries: true,
    text: ANY_TEXT,
    ..BRAVE
};

/// Yelp's library, which reads both forms of B3 and writes the many headers.
pub const PY_ZIPKIN: Peer = Peer {
    service: "py-zipkin",
    program: || python("py_zipkin_peer.py"),
    digits: 16,
    carries: false,
    text: "8",
    keeps_debug: false,
    logs: false,
    through_collector: false,
};

/// OpenTelemetry with its instrumentation of WSGI and urllib.
pub const OTEL_PYTHON: Peer = Peer {
    service: "otel-python",
    program: || python("otel.py"),
    digits: 32,
    carries: true,
    text: "김a+b%20", // it writes a space as +, which W3C reads as +
    keeps_debug: false,
    logs: false,
    through_collector: false,
};

/// The same, by OpenTelemetry's own protocol.
pub const OTEL_PYTHON_OTLP: Peer = Peer {
    program: || with_otlp(python("otel.py")),
    logs: true,
    ..OTEL_PYTHON
};

/// OpenTelemetry with its instrumentation of Node's http.
pub const OTEL_JS: Peer = Peer {
    service: "otel-js",
    program: || node("otel.js"),
    digits: 32,
    carries: true,
    text: ANY_TEXT,
    keeps_debug: true,
    logs: false,
    through_collector: false,
};

/// The same, by OpenTelemetry's own protocol.
pub const OTEL_JS_OTLP: Peer = Peer {
    program: || with_otlp(node("otel.js")),
    logs: true,
    ..OTEL_JS
};

/// A plain Java program, with OpenTelemetry's agent.
pub const OTEL_JAVA: Peer = Peer {
    service: "otel-java",
    program: agent,
    digits: 32,
    carries: true,
    text: ANY_TEXT,
    keeps_debug: false,
    logs: true,
    through_collector: false,
};

/// OpenTelemetry with its instrumentation of Go's net/http.
pub const OTEL_GO: Peer = Peer {
    service: "otel-go",
    program: || {
        let mut service = Command::new(installed("go/service"));
        service.env("OTEL_SERVICE_NAME", "otel-go");
        service
    },
    ..OTEL_JAVA
};

/// The same, with OpenTelemetry's Collector between.
pub const OTEL_GO_THROUGH_COLLECTOR: Peer = Peer {
    through_collector: true,
    ..OTEL_GO
};

/// Zipkin's own library for JavaScript: B3 in many headers.
pub const ZIPKIN_JS: Peer = Peer {
    service: "zipkin-js",
    program: || node("zipkin.js"),
    digits: 16,
    carries: false,
    text: "8",
    keeps_debug: true,
    logs: false,
    through_collector: false,
};

impl Peer {
    /// Starts it on a free port.
    pub fn start(&self, environment: &[(&str, &str)]) -> Part {
        let mut command = (self.program)();
        command.envs(environment.iter().copied());
        Part::run(command)
    }
}

fn brave() -> Command {
    let classpath = std::fs::read_to_string(installed("java/classpath")).unwrap();
    let mut java = Command::new("java");
    // Little is computed here: the first compiler is enough, and starts sooner.
    java.args(["-XX:TieredStopAtLevel=1", "-cp", classpath.trim()])
        .arg(program("java/Brave.java"));
    java
}

fn agent() -> Command {
    let libraries = std::fs::read_to_string(installed("java/classpath")).unwrap();
    let classes = installed("java/classes");
    let agent = installed("java/opentelemetry-javaagent.jar");
    let mut java = Command::new("java");
    java.arg(format!("-javaagent:{}", agent.display()))
        .args(["-XX:TieredStopAtLevel=1", "-cp"])
        .arg(format!("{}:{}", classes.display(), libraries.trim()))
        .arg("Agent")
        .env("OTEL_SERVICE_NAME", "otel-java")
        .env("OTEL_BSP_SCHEDULE_DELAY", "200");
    java
}

/// OpenTelemetry's Collector, with the configuration of the compose overlay: on to this address.
pub fn otel_collector(to: &str) -> Part {
    let mut collector = Command::new(installed("go/collector"));
    collector
        .arg("--config")
        .arg(program("../../deploy/otel-collector.yml"))
        .env("OTLP_TO", to);
    Part::run(collector)
}

fn python(file: &str) -> Command {
    let mut python = Command::new(installed("python/bin/python"));
    python
        .arg(program(&format!("python/{file}")))
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

fn node(file: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(program(&format!("node/{file}")))
        .env("NODE_PATH", installed("node/node_modules"));
    node
}

fn with_otlp(mut program: Command) -> Command {
    program.env("OTLP", "1");
    program
}

/// The place of something that `.ci/interop` has installed.
pub fn installed(path: &str) -> PathBuf {
    let Some(folder) = std::env::var_os("INTEROP") else {
        panic!("INTEROP is not set: run .ci/interop");
    };
    Path::new(&folder).join(path)
}

fn program(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/interop")
        .join(path)
}
