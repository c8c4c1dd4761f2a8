//! Settings of the collector.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use crate::{lines::LineSource, ui_dir::Lens};

/// Settings as people write them: within their range, lists without gaps.
mod values;

/// A duration as people write it.
mod timeout;

/// The address of a Zipkin's page.
mod zipkin_ui;

pub use timeout::{Timeout, TimeoutError};
pub use zipkin_ui::{ZipkinUi, ZipkinUiError};

/// Bytes of log lines, unless it is told otherwise: some 100,000 lines.
const LOGS_MAX_BYTES: usize = 32 << 20;

/// Settings of the collector, by Zipkin's names where Zipkin has one.
// A list is one value to clap, commas included, where its type is written as `std::vec::Vec`: one parser may drop empty members.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on; beats QUERY_PORT [default: 127.0.0.1 with QUERY_PORT]
    #[arg(long, env = "LISTEN_ADDR", value_name = "IP:PORT")]
    pub listen_addr: Option<SocketAddr>,

    /// Port to listen on, on loopback; 0 takes a free one
    #[arg(long, env = "QUERY_PORT", value_name = "PORT", default_value_t = 9411)]
    pub query_port: u16,

    /// Port for OpenTelemetry's protocol (OTLP over HTTP) besides the other one, which takes it, too, at the same address; 0 for none
    #[arg(long, env = "OTLP_PORT", value_name = "PORT", default_value_t = 4318)]
    pub otlp_port: u16,

    /// Spans to keep, 1 or more; beyond it whole traces go, oldest first
    #[arg(long, env = "MEM_MAX_SPANS", value_name = "SPANS", default_value_t = 500_000, value_parser = values::spans)]
    pub mem_max_spans: usize,

    /// Bytes to keep, 65536 or more, by estimate, whatever the number of spans (Zipkin has no such bound)
    #[arg(long, env = "MEM_MAX_BYTES", value_name = "BYTES", default_value_t = 1 << 30, value_parser = values::bytes)]
    pub mem_max_bytes: usize,

    /// Folder of the collector's own in which spans outlast the process; without it they are in memory alone (Zipkin has no such thing)
    #[arg(long, env = "DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,

    /// Bytes of log lines to keep in memory, by estimate, the oldest go first; 0 keeps none (Zipkin keeps no lines)
    #[arg(long, env = "LOGS_MAX_BYTES", value_name = "BYTES", default_value_t = LOGS_MAX_BYTES)]
    pub logs_max_bytes: usize,

    /// Log lines to read: a folder of log files, or - for standard input
    #[arg(long, value_name = "DIR|-")]
    pub logs: Option<LineSource>,

    /// Whether trace ids must agree in all 128 bits; otherwise the lower 64 bits decide
    #[arg(long, env = "STRICT_TRACE_ID", value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, value_parser = values::boolean)]
    pub strict_trace_id: bool,

    /// Whether traces can be searched for; with false they are found by id alone
    #[arg(long, env = "SEARCH_ENABLED", value_name = "BOOL", action = clap::ArgAction::Set, default_value_t = true, value_parser = values::boolean)]
    pub search_enabled: bool,

    /// Tags whose values /api/v2/autocompleteValues lists, separated by commas
    #[arg(long, env = "AUTOCOMPLETE_KEYS", value_name = "KEYS", default_value = "", hide_default_value = true, value_parser = values::list)]
    pub autocomplete_keys: std::vec::Vec<String>,

    /// Milliseconds that a search looks back unless it says otherwise, 1 or more
    #[arg(long, env = "QUERY_LOOKBACK", value_name = "MS", default_value_t = 86_400_000, value_parser = values::lookback)]
    pub query_lookback: u64,

    /// Share of the traces to keep, from 0 to 1, decided by trace id; debug spans are always kept
    #[arg(
        long,
        env = "COLLECTOR_SAMPLE_RATE",
        value_name = "RATE",
        default_value_t = 1.0,
        value_parser = values::share
    )]
    pub collector_sample_rate: f64,

    /// Time limit of a request: 11s, 500ms
    #[arg(long, env = "QUERY_TIMEOUT", value_name = "TIME", default_value = "11s")]
    pub query_timeout: Timeout,

    /// Web sites whose pages may read and write, separated by commas, each with its scheme; * for all. Once some
    /// are listed, the others get 403 for a POST, and for a Host of their own
    #[arg(
        long,
        env = "ZIPKIN_QUERY_ALLOWED_ORIGINS",
        value_name = "ORIGINS",
        default_value = "*",
        value_parser = values::list
    )]
    pub query_allowed_origins: std::vec::Vec<String>,

    /// Folder with Zipkin's own page, Lens, to serve at /zipkin/; it is zipkin-lens in BOOT-INF/lib/zipkin-lens-*.jar of Zipkin's server
    #[arg(long, env = "UI_DIR", value_name = "DIR")]
    pub ui_dir: Option<Lens>,

    /// Page of a Zipkin that has the same traces, such as http://127.0.0.1:9412/zipkin/: each trace's page links to the trace there
    #[arg(long, env = "ZIPKIN_UI_URL", value_name = "URL")]
    pub zipkin_ui_url: Option<ZipkinUi>,
}

impl Config {
    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        self.listen_addr
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, self.query_port)))
    }

    /// Where to listen for OpenTelemetry's protocol, if at an address of its own.
    pub fn otlp_address(&self) -> Option<SocketAddr> {
        let ip = self.address().ip();
        (self.otlp_port != 0).then(|| SocketAddr::new(ip, self.otlp_port))
    }

    /// Whether pages of all web sites may ask.
    pub fn allows_every_site(&self) -> bool {
        self.query_allowed_origins.iter().any(|origin| origin == "*")
    }
}

impl Default for Config {
    /// The settings of an empty environment.
    fn default() -> Self {
        Self {
            listen_addr: None,
            query_port: 9411,
            otlp_port: 4318,
            mem_max_spans: 500_000,
            mem_max_bytes: 1 << 30,
            data_dir: None,
            logs_max_bytes: LOGS_MAX_BYTES,
            logs: None,
            strict_trace_id: true,
            search_enabled: true,
            autocomplete_keys: Vec::new(),
            query_lookback: 86_400_000,
            collector_sample_rate: 1.0,
            query_timeout: Timeout::default(),
            query_allowed_origins: vec!["*".to_owned()],
            ui_dir: None,
            zipkin_ui_url: None,
        }
    }
}
