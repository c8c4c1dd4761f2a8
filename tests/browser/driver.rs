//! Chromium, driven over WebDriver: plain HTTP to chromedriver, which also hands on the commands of DevTools.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::harness::client;

/// The time that a page may take to become what is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// One browser at a time: each takes a core while it starts.
static ONE: Mutex<()> = Mutex::new(());

/// A running browser with one tab, 1280 pixels wide; it ends with the test.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _one: std::sync::MutexGuard<'static, ()>,
}

/// Where an element is on the screen, in CSS pixels from the top left of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// The x of its right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The y of its lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

impl Browser {
    /// Starts one, or says why not: `let Some(browser) = Browser::start().await else { return };`
    pub async fn start() -> Option<Self> {
        let one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let chromium = ["chromium", "chromium-browser", "google-chrome"]
            .into_iter()
            .find(|name| is_there(name));
        let (Some(chromium), true) = (chromium, is_there("chromedriver")) else {
            assert!(
                std::env::var_os("REQUIRE_BROWSER").is_none(),
                "REQUIRE_BROWSER is set, and there is no chromium or no chromedriver"
            );
            eprintln!(
                "skipped: needs chromium and chromedriver (Debian: apt-get install chromium chromium-driver)"
            );
            return None;
        };
        let mut driver = Command::new("chromedriver")
            .args(["--port=0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port_of(&mut driver);
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
            _one: one,
        };
        let options = json!({
            "binary": which(chromium),
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--lang=en", "--force-device-scale-factor=1", "--no-first-run", "--disable-extensions"],
        });
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "timeouts": {"script": 20_000, "pageLoad": 30_000},
        }}});
        let started = browser.send("POST", "/session", wanted).await;
        browser.session = started["sessionId"].as_str().unwrap().to_owned();
        browser.resize(1280, 900).await;
        Some(browser)
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&self, url: &str) {
        self.post("url", json!({"url": url})).await;
    }

    /// The address in the address bar.
    pub async fn address(&self) -> String {
        self.get("url").await.as_str().unwrap().to_owned()
    }

    /// Gives the window a size, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Light or dark.
    pub async fn scheme(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Lets pages run scripts, or not.
    pub async fn scripts(&self, run: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({"value": !run}))
            .await;
    }

    /// A command of DevTools.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({"cmd": command, "params": parameters}))
            .await
    }

    /// The value that a script returns, which is the body of a function and is run whether the page's scripts may run or not.
    pub async fn ask(&self, script: &str) -> Value {
        let expression = format!("(() => {{ {script} }})()");
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.devtools("Runtime.evaluate", asked).await;
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {answer}");
        answer["result"]["value"].clone()
    }

    /// The text that a person reads in the first element of a selector.
    pub async fn text(&self, css: &str) -> String {
        self.ask(&format!(
            "const e = {}; return (e.innerText ?? e.textContent).trim()",
            one(css)
        ))
        .await
        .as_str()
        .unwrap()
        .to_owned()
    }

    /// The same of all of them.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let texts = self
            .ask(&format!(
                "return {}.map(e => (e.innerText ?? e.textContent).trim())",
                all(css)
            ))
            .await;
        texts
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    }

    /// Where an element is.
    pub async fn rect(&self, css: &str) -> Rect {
        self.rects(css)
            .await
            .first()
            .copied()
            .unwrap_or_else(|| panic!("nothing is {css}"))
    }

    /// Where all of them are.
    pub async fn rects(&self, css: &str) -> Vec<Rect> {
        let script = format!(
            "return {}.map(e => {{ const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height] }})",
            all(css)
        );
        let rects = self.ask(&script).await;
        let number = |value: &Value| value.as_f64().unwrap();
        let rect = |of: &Value| Rect {
            x: number(&of[0]),
            y: number(&of[1]),
            width: number(&of[2]),
            height: number(&of[3]),
        };
        rects.as_array().unwrap().iter().map(rect).collect()
    }

    /// Clicks in the middle of an element, as a mouse does.
    pub async fn click(&self, css: &str) {
        self.ask(&format!("{}.scrollIntoView({{block: 'center'}})", one(css)))
            .await;
        let rect = self.rect(css).await;
        self.click_at(rect.x + rect.width / 2.0, rect.y + rect.height / 2.0)
            .await;
    }

    /// Clicks at a place of the window.
    pub async fn click_at(&self, x: f64, y: f64) {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let mouse = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.devtools("Input.dispatchMouseEvent", mouse).await;
        }
    }

    /// Drags from one place of the window to another.
    pub async fn drag(&self, [x, y]: [f64; 2], [to_x, to_y]: [f64; 2]) {
        for (kind, x, y, buttons) in [
            ("mouseMoved", x, y, 0),
            ("mousePressed", x, y, 1),
            ("mouseMoved", (x + to_x) / 2.0, (y + to_y) / 2.0, 1),
            ("mouseMoved", to_x, to_y, 1),
            ("mouseReleased", to_x, to_y, 0),
        ] {
            let mouse =
                json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1});
            self.devtools("Input.dispatchMouseEvent", mouse).await;
        }
    }

    /// Chooses a file in a field for files.
    pub async fn choose(&self, css: &str, file: &Path) {
        let document = self.devtools("DOM.getDocument", json!({})).await;
        let asked = json!({"nodeId": document["root"]["nodeId"], "selector": css});
        let field = self.devtools("DOM.querySelector", asked).await;
        let chosen = json!({"nodeId": field["nodeId"], "files": [file.to_str().unwrap()]});
        self.devtools("DOM.setFileInputFiles", chosen).await;
    }

    /// Writes into a field in place of what is there.
    pub async fn write(&self, css: &str, text: &str) {
        self.ask(&format!(
            "const e = {}; e.focus(); e.select && e.select()",
            one(css)
        ))
        .await;
        self.devtools("Input.insertText", json!({"text": text})).await;
    }

    /// Presses a key: `Enter`, `Tab`, `j`, `ArrowDown`.
    pub async fn press(&self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Tab" => 9,
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            _ => 0,
        };
        let text = match key {
            "Enter" => "\r",
            _ if key.chars().count() == 1 => key,
            _ => "",
        };
        let down =
            json!({"type": "keyDown", "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code});
        self.devtools("Input.dispatchKeyEvent", down).await;
        let up = json!({"type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code});
        self.devtools("Input.dispatchKeyEvent", up).await;
    }

    /// Waits until a script, the body of a function, returns something true.
    pub async fn until(&self, script: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !is_true(&self.ask(script).await) {
            assert!(Instant::now() < deadline, "waited in vain for {script}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The width of the page beyond the window: a page that scrolls sideways is hard to read.
    pub async fn overflow(&self) -> f64 {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.ask(script).await.as_f64().unwrap()
    }

    /// Opens another tab and looks at it; gives the handle of the one before.
    pub async fn new_tab(&self) -> Value {
        let before = self.get("window").await;
        let tab = self.post("window/new", json!({"type": "tab"})).await;
        self.look_at(&tab["handle"]).await;
        before
    }

    /// Looks at a tab.
    pub async fn look_at(&self, handle: &Value) {
        self.post("window", json!({"handle": handle})).await;
    }

    /// Writes a picture of the whole page into `SCREENSHOTS`, where that names a folder: for a person to look at.
    pub async fn picture(&self, name: &str) {
        self.shot(name, true).await;
    }

    /// The same of what is in the window.
    pub async fn screen(&self, name: &str) {
        self.shot(name, false).await;
    }

    async fn shot(&self, name: &str, is_whole: bool) {
        use std::os::unix::fs::FileExt as _;
        let Some(folder) = std::env::var_os("SCREENSHOTS") else {
            return;
        };
        let taken = self
            .devtools(
                "Page.captureScreenshot",
                json!({"captureBeyondViewport": is_whole}),
            )
            .await;
        let file = std::fs::File::create(Path::new(&folder).join(format!("{name}.png"))).unwrap();
        file.write_all_at(&base64(taken["data"].as_str().unwrap()), 0)
            .unwrap();
    }

    async fn get(&self, path: &str) -> Value {
        self.send("GET", &format!("/session/{}/{path}", self.session), Value::Null)
            .await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.send("POST", &format!("/session/{}/{path}", self.session), body)
            .await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Value {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let request = client().request(method.parse().unwrap(), url);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let mut answer: Value = request.send().await.unwrap().json().await.unwrap();
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{path} {body}: {value}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver closes the browser, and then ends at once.
        if let Ok(mut socket) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = socket.set_read_timeout(Some(Duration::from_secs(5)));
            let path = format!("/session/{}", self.session);
            let request = format!("DELETE {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            let _ = socket.write_all(request.as_bytes());
            let _ = socket.read(&mut [0; 512]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn one(css: &str) -> String {
    let css = json!(css);
    format!("(document.querySelector({css}) ?? (() => {{ throw new Error('nothing is ' + {css}) }})())")
}

fn all(css: &str) -> String {
    format!("[...document.querySelectorAll({})]", json!(css))
}

fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != &json!(0) && value != &json!("")
}

fn which(name: &str) -> Option<String> {
    let paths = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())?;
    Some(found.to_string_lossy().into_owned())
}

fn is_there(name: &str) -> bool {
    which(name).is_some()
}

fn port_of(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    let line = lines
        .find(|line| line.contains("started successfully on port"))
        .unwrap();
    line.trim_end_matches('.')
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// RFC 4648, without a crate for the one place that needs it.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len() / 4 * 3));
    for digit in text
        .bytes()
        .filter_map(|byte| DIGITS.iter().position(|&digit| digit == byte))
    {
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
