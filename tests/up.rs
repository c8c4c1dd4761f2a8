//! `hop up`: one command, the whole chain, and nothing left behind.

#[cfg(unix)]
use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout},
};
use std::{
    net::TcpListener,
    process::{Output, Stdio},
    time::{Duration, Instant},
};

use crate::harness::{Part, client, free_port, hop};

/// Services that end by themselves.
#[cfg(unix)]
mod restarts;

/// The offset at which the four ports of `up` are free.
pub fn free_offset() -> u16 {
    loop {
        let offset = free_port().saturating_sub(9411);
        let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if offset > 0
            && [7081, 7082, 7083, 8081, 8082, 8083, 9411]
                .into_iter()
                .all(|port| free(port + offset))
        {
            return offset;
        }
    }
}

/// `hop up` once its first trace was shown, and what it goes on to write.
#[cfg(unix)]
pub fn started(offset: u16) -> (Child, BufReader<ChildStdout>) {
    started_with(offset, &[])
}

/// The same, with further arguments.
pub fn started_with(offset: u16, arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let mut up = hop(&["up", "--port-offset", &offset.to_string()])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(up.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("Log lines") {
        line.clear();
        assert_ne!(
            output.read_line(&mut line).unwrap(),
            0,
            "up ended before its first trace was shown"
        );
    }
    (up, output)
}

fn run(arguments: &[&str]) -> (Output, String) {
    let output = hop(arguments).stdin(Stdio::null()).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output, text)
}

#[test]
fn once_shows_a_whole_trace_and_ends() {
    let (output, text) = run(&["up", "--once", "--port-offset", &free_offset().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for shown in [
        "5 spans of 3 services",
        "get /orders/{id}",
        "orders → inventory",
        "userId=terry orderId=1 ",
    ] {
        assert!(text.contains(shown), "{shown} in:\n{text}");
    }
    assert!(text.contains("received 5 spans"), "{text}");
}

#[tokio::test]
async fn two_teams_share_a_collector_under_names_of_their_own() {
    let collector = Part::start("collector", &[]);
    for team in ["red", "blue-2"] {
        let offset = free_offset().to_string();
        let shared = ["--team", team, "--zipkin-url", &collector.url];
        let (output, text) = run(&[&["up", "--once", "--port-offset", &offset], shared.as_slice()].concat());
        assert_eq!(output.status.code(), Some(0), "{text}");
        for shown in [
            format!("{team}-gateway "),
            format!("{team}-orders → {team}-inventory"),
            "5 spans of 3 services".to_owned(),
        ] {
            assert!(text.contains(&shown), "{shown} in:\n{text}");
        }
    }
    let get = async |path: &str| -> serde_json::Value {
        let answer = client()
            .get(format!("{}{path}", collector.url))
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    };
    let names = get("/api/v2/services").await;
    let expected = [
        "blue-2-gateway",
        "blue-2-inventory",
        "blue-2-orders",
        "red-gateway",
        "red-inventory",
        "red-orders",
    ];
    assert_eq!(names, serde_json::json!(expected));
    // A call is known by the callee's name on both sides, so no link leads from one team to nobody.
    let remote = get("/api/v2/remoteServices?serviceName=red-gateway").await;
    assert_eq!(remote, serde_json::json!(["red-orders"]));
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let links = get(&format!("/api/v2/dependencies?endTs={}", now.as_millis() + 1000)).await;
    assert_eq!(links.as_array().unwrap().len(), 4, "{links}");
}

#[test]
fn a_trace_that_is_not_recorded_fails_at_once() {
    let ratio = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    for (settings, named) in [
        (
            &[("OTEL_TRACES_SAMPLER", "always_off")] as &[_],
            "OTEL_TRACES_SAMPLER is always_off",
        ),
        (
            &[ratio, ("OTEL_TRACES_SAMPLER_ARG", "0")],
            "OTEL_TRACES_SAMPLER_ARG is 0",
        ),
        (&[("COLLECTOR_SAMPLE_RATE", "0")], "COLLECTOR_SAMPLE_RATE is 0"),
    ] {
        let offset = free_offset().to_string();
        let mut up = hop(&["up", "--once", "--port-offset", &offset]);
        let begun = Instant::now();
        let output = up.envs(settings.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            text.contains("no trace will come: ") && text.contains(named),
            "{text}"
        );
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    }
}

#[test]
fn settings_that_have_no_effect_are_named() {
    let offset = free_offset().to_string();
    let mut up = hop(&["up", "--once", "--port-offset", &offset]);
    let output = up
        .env("ORDERS_URL", "http://terry:secret@orders")
        .env("OTEL_SERVICE_NAME", "mine")
        .env("OTEL_EXPORTER_JAEGER_ENDPOINT", "http://terry:secret@otel:4318")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    for named in [
        "whatever the environment says: ORDERS_URL, OTEL_SERVICE_NAME\n",
        "nothing here reads these variables: OTEL_EXPORTER_JAEGER_ENDPOINT\n",
    ] {
        assert!(text.contains(named), "{named} in: {text}");
    }
    assert!(!text.contains("secret"), "{text}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("Log lines of the services, times in UTC"),
        "{shown}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_first_screen_that_cannot_be_written_is_a_failure() {
    let offset = free_offset().to_string();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut up = hop(&["--once", "--port-offset", &offset]);
    let output = up.stdout(full).stderr(Stdio::piped()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("standard output cannot be written"), "{text}");
}

#[test]
fn a_taken_port_is_named_with_the_next_step() {
    let offset = free_offset();
    let _taken = TcpListener::bind(("127.0.0.1", 8082 + offset)).unwrap();
    let (output, text) = run(&["up", "--once", "--port-offset", &offset.to_string()]);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(&format!("{} is taken", 8082 + offset)) && text.contains("--port-offset"),
        "{text}"
    );
}

#[test]
fn wrong_usage_is_2() {
    assert_eq!(run(&["up", "--nonsense"]).0.status.code(), Some(2));
    assert_eq!(run(&["gateway", "--sampler-ratio", "2"]).0.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn under_load_ctrl_c_loses_no_span() {
    let offset = free_offset();
    let (mut up, mut output) = started(offset);
    // Somebody must read the log lines, or those at the end might find no room.
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        rest
    });
    let url = format!("http://127.0.0.1:{}/orders/8", 8081 + offset);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let callers = (0..32).map(|caller| {
            let url = url.clone();
            tokio::spawn(async move {
                let client = crate::harness::client();
                // 1,000 in all.
                for _ in 0..31 + usize::from(caller < 8) {
                    let answer = client.get(&url).header("userid", "terry").send().await.unwrap();
                    assert_eq!(answer.status(), 200);
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
    });
    let kill = std::process::Command::new("kill")
        .args(["-INT", &up.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success() && up.wait().unwrap().success());
    let rest = rest.join().unwrap();
    assert!(
        rest.contains("received 5005 spans"),
        "{}",
        rest.lines().last().unwrap()
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_all_and_a_killed_parent_leaves_no_child() {
    for signal in ["-INT", "-KILL"] {
        let offset = free_offset();
        let (mut up, mut output) = started(offset);
        let kill = std::process::Command::new("kill")
            .args([signal, &up.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
        let status = up.wait().unwrap();
        // Children hold the other end: all of them are gone when it closes.
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        if signal == "-INT" {
            assert_eq!(status.code(), Some(0), "{rest}");
            assert!(rest.contains("received 5 spans"), "{rest}");
        }
        for port in [8081, 8082, 8083, 9411] {
            crate::harness::until("a free port", || {
                TcpListener::bind(("127.0.0.1", port + offset)).ok()
            });
        }
    }
}

#[test]
fn variables_that_are_empty_or_meant_for_one_part_do_no_harm() {
    let offset = free_offset().to_string();
    let mut up = hop(&["up", "--once", "--port-offset", &offset]);
    for name in [
        "OTEL_PROPAGATORS",
        "OTEL_TRACES_SAMPLER",
        "LOG_FORMAT",
        "OTEL_SERVICE_NAME",
        "QUERY_PORT",
    ] {
        up.env(name, "");
    }
    let output = up.env("DOWNSTREAM_TIMEOUT_MS", "1").output().unwrap();
    assert!(output.status.success(), "{output:?}");

    let gateway = crate::harness::Part::start(
        "gateway",
        &[
            ("OTEL_SERVICE_NAME", ""),
            ("OTEL_PROPAGATORS", "b3, baggage"),
            ("RUST_LOG", "off"),
        ],
    );
    assert!(gateway.lines()[0].contains("[gateway,,,]"));
    assert!(
        gateway.stop().ends_with("spans: 0 ended, 0 sent, 0 dropped"),
        "said whatever RUST_LOG says"
    );
}
