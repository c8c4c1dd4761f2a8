//! A browser, driven over WebDriver: how soon what somebody came to see is painted.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::super::connection::Connection;

/// Starting a browser on a busy machine.
const START: Duration = Duration::from_secs(60);

/// Notes when all of some elements were there and a frame with them was handed on to be painted. It stands in the browser and
/// not in the page, whose policy would refuse it.
const WATCH: &str = r#"(() => {
  const wanted = ['.answer, table.traces tbody tr, #empty', '.waterfall > li, table.traces tbody tr, #empty'];
  const all = () => wanted.every((each) => document.querySelector(each));
  const watch = new MutationObserver(() => {
    if (!all()) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      const behind = new MessageChannel();
      behind.port1.onmessage = () => { window.paintedAfter = performance.now(); };
      behind.port2.postMessage(0);
    });
  });
  watch.observe(document, { childList: true, subtree: true });
})()"#;

/// A browser with one window.
pub struct Browser {
    driver: Child,
    connection: Connection,
    port: u16,
    session: String,
}

/// A page in the browser.
pub struct Seen {
    /// From the start of the navigation until answer and rows were painted.
    pub painted: Duration,
    /// Elements of the document.
    pub elements: usize,
}

impl Browser {
    /// Starts `chromedriver`, and through it Chromium without a window; nothing where there is none.
    pub fn start() -> anyhow::Result<Option<Self>> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(mut driver) = command.spawn() else {
            return Ok(None);
        };
        let started = Instant::now();
        let connection = loop {
            match Connection::open(port) {
                Ok(connection) => break connection,
                Err(_) if started.elapsed() < START => thread::sleep(Duration::from_millis(20)),
                Err(error) => {
                    let _ = driver.kill();
                    let _ = driver.wait();
                    return Err(error.context("chromedriver does not listen"));
                }
            }
        };
        let mut browser = Self {
            driver,
            connection,
            port,
            session: String::new(),
        };
        let arguments = ["--headless=new", "--no-sandbox", "--window-size=1280,900"];
        let options = json!({ "goog:chromeOptions": { "args": arguments } });
        let wanted = json!({ "capabilities": { "alwaysMatch": options } });
        let session = browser.ask("POST", "/session", &wanted)?;
        browser.session = session
            .get("sessionId")
            .and_then(Value::as_str)
            .context("no session")?
            .to_owned();
        let watch = json!({ "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": { "source": WATCH } });
        browser.command("goog/cdp/execute", &watch)?;
        Ok(Some(browser))
    }

    /// Opens an address, and waits until what somebody came to see is painted.
    pub fn open(&mut self, url: &str) -> anyhow::Result<Seen> {
        self.command("url", &json!({ "url": url }))?;
        let begun = Instant::now();
        let painted = loop {
            let painted = self.evaluate("return window.paintedAfter")?;
            if let Some(painted) = painted.as_f64() {
                break Duration::from_secs_f64(painted / 1000.0);
            }
            if begun.elapsed() > START {
                bail!("{url} shows no answer and no rows");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let elements = self.evaluate("return document.querySelectorAll('*').length")?;
        Ok(Seen {
            painted,
            elements: elements.as_u64().unwrap_or_default() as usize,
        })
    }

    fn evaluate(&mut self, script: &str) -> anyhow::Result<Value> {
        self.command("execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn command(&mut self, command: &str, body: &Value) -> anyhow::Result<Value> {
        let path = format!("/session/{}/{command}", self.session);
        self.ask("POST", &path, body)
    }

    fn ask(&mut self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let (port, body) = (self.port, body.to_string());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = self.connection.send(request.as_bytes())?;
        let mut answered: Value = serde_json::from_slice(&answer.body)?;
        if answer.status != 200 {
            bail!("chromedriver refuses {path}: {answered}");
        }
        Ok(answered.get_mut("value").map(Value::take).unwrap_or_default())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session, the driver by itself does not.
        let path = format!("/session/{}", self.session);
        let _ = self.ask("DELETE", &path, &json!({}));
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
