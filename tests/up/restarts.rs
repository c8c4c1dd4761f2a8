//! A service that ends by itself, as after `kill -9`, is started again.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use super::free_offset;
use crate::harness::{client, hop, until};

/// `hop up`, and all that it writes.
struct Up {
    process: Child,
    written: Arc<Mutex<Vec<String>>>,
    offset: u16,
}

impl Up {
    /// Once its first trace was shown.
    fn start(more: &[&str]) -> Self {
        let offset = free_offset();
        let mut up = hop(&["up", "--port-offset", &offset.to_string()]);
        let piped = up.args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = piped.spawn().unwrap();
        let written = Arc::new(Mutex::new(Vec::new()));
        let pipes: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(process.stdout.take().unwrap()),
            Box::new(process.stderr.take().unwrap()),
        ];
        for pipe in pipes {
            let written = Arc::clone(&written);
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    written.lock().unwrap().push(line);
                }
            });
        }
        let up = Self {
            process,
            written,
            offset,
        };
        up.says("Log lines of the services", 1);
        up
    }

    fn lines(&self) -> Vec<String> {
        self.written.lock().unwrap().clone()
    }

    /// The last of `count` lines with this text.
    fn says(&self, text: &str, count: usize) -> String {
        until(&format!("{count} lines with {text:?}"), || {
            let lines = self.lines();
            let mut found = lines.iter().filter(|line| line.contains(text));
            found.nth(count - 1).cloned()
        })
    }

    /// The process ids in the services' log lines, the latest of each service.
    fn ids(&self) -> BTreeMap<String, u32> {
        let mut ids = BTreeMap::new();
        for line in self.lines() {
            let Some((service, rest)) = line.split_once(" | ") else {
                continue;
            };
            let id = rest
                .split_once("] ")
                .and_then(|(_, rest)| rest.split_once(" --- "));
            if let Some(id) = id.and_then(|(id, _)| id.parse().ok()) {
                ids.insert(service.trim().to_owned(), id);
            }
        }
        ids
    }

    /// Kills the service, once it runs as another process than this one.
    fn kill(&self, service: &str, not: Option<u32>) -> u32 {
        let id = until("another process", || {
            self.ids().get(service).copied().filter(|id| Some(*id) != not)
        });
        signal("-KILL", id);
        id
    }

    /// The answer to a request, and how many services its trace has.
    async fn answer(&self) -> Option<(u16, usize)> {
        let url = format!("http://127.0.0.1:{}/orders/8", 8081 + self.offset);
        let answer = client().get(url).header("userid", "terry").send().await.ok()?;
        let id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
        let status = answer.status().as_u16();
        let url = format!("http://127.0.0.1:{}/api/v2/trace/{id}", 9411 + self.offset);
        for _ in 0..40 {
            let trace = client().get(&url).send().await.unwrap().text().await.unwrap();
            let services = ["gateway", "orders", "inventory"].map(|service| {
                let local = format!(r#""localEndpoint":{{"serviceName":"{service}""#);
                usize::from(trace.contains(&local))
            });
            let services = services.iter().sum();
            if status != 200 || services == 3 {
                return Some((status, services));
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        None
    }

    fn exit_code(&mut self) -> Option<i32> {
        until("the end of up", || self.process.try_wait().unwrap()).code()
    }

    fn nothing_is_left(&self) {
        for port in [8081, 8082, 8083, 9411] {
            until("a free port", || {
                TcpListener::bind(("127.0.0.1", port + self.offset)).ok()
            });
        }
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn signal(signal: &str, id: u32) {
    let sent = Command::new("kill").args([signal, &id.to_string()]).status();
    assert!(sent.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_hop_is_said_and_comes_back_at_its_port() {
    let mut up = Up::start(&[]);
    up.says(&format!("  kill -9 {}", up.ids()["orders"]), 1);
    for (kills, service) in ["orders", "inventory", "gateway"].into_iter().enumerate() {
        let id = up.kill(service, None);
        let said = up.says(&format!("{service} ended by itself"), 1);
        assert!(
            said.contains("SIGKILL") && said.ends_with("it is started again in 1s"),
            "{said}"
        );
        let said = up.says(&format!("{service} is started again, as process "), 1);
        assert!(!said.contains(&format!(" {id},")), "{said}");
        assert!(said.ends_with(", without the faults that were set"), "{said}");
        let mut answered = None;
        for _ in 0..100 {
            answered = up.answer().await;
            if answered == Some((200, 3)) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(answered, Some((200, 3)), "{kills}: {:#?}", up.lines());
    }
    signal("-INT", up.process.id());
    assert_eq!(up.exit_code(), Some(0));
    up.nothing_is_left();
}

#[test]
fn the_fifth_death_ends_everything() {
    let mut up = Up::start(&[]);
    let mut last = None;
    for _ in 0..5 {
        last = Some(up.kill("inventory", last));
    }
    assert_eq!(up.exit_code(), Some(1));
    let said = up.says("for the 5th time in 30s", 1);
    assert!(said.contains("inventory ended by itself"), "{said}");
    assert_eq!(
        up.lines()
            .iter()
            .filter(|line| line.contains("started again in"))
            .count(),
        4
    );
    up.nothing_is_left();
}

#[test]
fn an_interrupt_in_the_pause_leaves_nothing() {
    let mut up = Up::start(&[]);
    up.kill("orders", None);
    up.says("orders ended by itself", 1);
    signal("-INT", up.process.id());
    assert_eq!(up.exit_code(), Some(0));
    assert!(
        !up.lines().iter().any(|line| line.contains("as process")),
        "{:#?}",
        up.lines()
    );
    up.nothing_is_left();
}

#[test]
fn without_restarts_the_first_death_ends_everything() {
    let mut up = Up::start(&["--no-restart"]);
    up.kill("orders", None);
    assert_eq!(up.exit_code(), Some(1));
    let said = up.says("orders ended by itself", 1);
    assert!(said.contains("last lines of orders"), "{said}");
    up.nothing_is_left();
}
