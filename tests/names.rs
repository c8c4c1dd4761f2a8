//! Names in other scripts and with every awkward character, from the path to the page, and what is refused.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;

use crate::harness::{Stack, client};

const UNRESERVED: &[u8] = b"-._~";

/// Every byte but the unreserved ones as `%XX`.
pub fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || UNRESERVED.contains(&byte);
    name.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).into()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[tokio::test]
async fn any_name_passes_through_path_mdc_baggage_line_and_span() {
    let stack = Stack::start(&[("LOG_FORMAT", "logback")]);
    for name in [
        "김철수",
        "a/b",
        "a?b#c",
        "100%",
        "\"quoted\" \\ 'it'",
        "line\nbreak\t\u{0}\u{7f}",
        "Ünï ☕ 😀",
        "..a",
        " ",
    ] {
        let call = client()
            .get(format!("{}/users/{}", stack.gateway.url, encoded(name)))
            .send()
            .await
            .unwrap();
        assert_eq!(call.status(), 200, "{name:?}");
        let trace_id = call.headers()["x-trace-id"].to_str().unwrap().to_owned();
        assert_eq!(call.json::<Value>().await.unwrap()[0]["name"], name);
        for span in stack
            .trace(&trace_id, 5)
            .await
            .iter()
            .filter(|span| span["kind"] == "SERVER")
        {
            assert_eq!(span["tags"]["userId"], name, "{span}");
        }
        for part in [&stack.gateway, &stack.orders, &stack.inventory] {
            for line in part.lines_with(&trace_id, 1) {
                let line: Value = serde_json::from_str(&line).unwrap();
                assert_eq!(line["mdc"]["userId"], name, "{line}");
            }
        }
        let page = client()
            .get(format!("{}/traces/{trace_id}", stack.collector.url))
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), 200, "{name:?}");
    }
}

#[tokio::test]
async fn a_user_in_the_header_is_read_as_utf_8() {
    let stack = Stack::start(&[]);
    let url = format!("{}/orders/1", stack.gateway.url);
    let call = client()
        .get(&url)
        .header("userid", "김철수".as_bytes())
        .send()
        .await
        .unwrap();
    assert_eq!(call.json::<Value>().await.unwrap()["user"], "김철수");
    let empty = client().get(&url).header("userid", "").send().await.unwrap();
    assert_eq!(empty.json::<Value>().await.unwrap()["user"], "");
}

#[tokio::test]
async fn values_that_cannot_travel_are_refused() {
    let stack = Stack::start(&[]);
    let long = "x".repeat(8200);
    let korean = encoded(&"김".repeat(1000));
    for (path, user, status, said) in [
        ("/users/%FF", None, 400, "UTF-8"),
        (&*format!("/users/{long}"), None, 400, "too long"),
        (&*format!("/users/{korean}"), None, 400, "too long"),
        ("/orders/abc", Some("terry"), 400, "32 bits"),
        ("/orders/99999999999", Some("terry"), 400, "32 bits"),
        ("/orders/1", Some(&*long), 400, "too long"),
        (
            "/orders/1",
            None,
            400,
            "Missing request header 'userid' for method parameter of type String",
        ),
        ("/nowhere", None, 404, "No message available"),
    ] {
        let mut call = client().get(format!("{}{path}", stack.gateway.url));
        if let Some(user) = user {
            call = call.header("userid", user);
        }
        let answer = call.send().await.unwrap();
        let shown = path.chars().take(30).collect::<String>();
        assert_eq!(answer.status(), status, "{shown}");
        let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(
            (&body["status"], &body["traceId"]),
            (&status.into(), &trace_id.into()),
            "{shown}"
        );
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(said), "{shown}: {message}");
    }
}

#[tokio::test]
async fn the_names_that_a_path_cannot_hold_are_refused() {
    let stack = Stack::start(&[]);
    // Clients resolve these themselves: only a raw request carries them.
    for name in [".", "..", "%2E", "%2e%2E"] {
        let mut socket = TcpStream::connect(stack.gateway.url.trim_start_matches("http://")).unwrap();
        write!(
            socket,
            "GET /users/{name} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{name}: {answer}");
    }
}
