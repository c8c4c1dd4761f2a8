//! A server as a process: what it costs, and its end.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use super::connection::Connection;

/// A JVM on a busy machine.
const START: Duration = Duration::from_secs(120);

/// A running server, killed when it goes out of scope.
pub struct Server {
    name: &'static str,
    process: Child,
    port: u16,
    healthy_after: Duration,
}

impl Server {
    /// Starts our collector.
    pub fn ours(max_spans: usize) -> anyhow::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("serve-collector");
        command.env("MEM_MAX_BYTES", (4_u64 << 30).to_string());
        command.env("OTLP_PORT", "0");
        Self::start("ours", command, max_spans)
    }

    /// Starts a Zipkin server with a heap that is large enough.
    pub fn zipkin(jar: &Path, max_spans: usize) -> anyhow::Result<Self> {
        let mut command = Command::new("java");
        let megabytes = 512 + max_spans / 400;
        command.arg(format!("-Xmx{megabytes}m")).arg("-jar").arg(jar);
        Self::start("Zipkin", command, max_spans)
    }

    fn start(name: &'static str, mut command: Command, max_spans: usize) -> anyhow::Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let started = Instant::now();
        let process = command
            .env("QUERY_PORT", port.to_string())
            .env("MEM_MAX_SPANS", max_spans.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let mut server = Self {
            name,
            process,
            port,
            healthy_after: Duration::ZERO,
        };
        while !server.is_healthy() {
            if started.elapsed() > START || server.process.try_wait()?.is_some() {
                bail!("{name} is not healthy after {:?}", started.elapsed());
            }
            thread::sleep(Duration::from_millis(1));
        }
        server.healthy_after = started.elapsed();
        Ok(server)
    }

    fn is_healthy(&self) -> bool {
        let answer = self
            .connect()
            .and_then(|mut connection| connection.get("/health"));
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// The server's name in a table.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// From its start to its first good answer.
    pub fn healthy_after(&self) -> Duration {
        self.healthy_after
    }

    /// A connection that stays open.
    pub fn connect(&self) -> anyhow::Result<Connection> {
        Connection::open(self.port)
    }

    /// CPU time that the process has taken, in user space and in the system's.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        /// Fields after the name of the program: utime is the 14th of all, in hundredths of a second.
        const UTIME: usize = 11;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let (_, fields) = stat.rsplit_once(") ").context("no such fields")?;
        let ticks: u64 = fields
            .split(' ')
            .skip(UTIME)
            .take(2)
            .map(|field| field.parse().unwrap_or(0))
            .sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Bytes of memory that the process has.
    pub fn resident(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line
            .and_then(|line| line.trim().strip_suffix(" kB"))
            .context("no VmRSS")?;
        Ok(kilobytes.parse::<u64>()? * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
