//! The port at which faults are set: on loopback, for programs of this machine, where faults are on.

use std::net::TcpStream;

use serde_json::{Value, json};

use crate::{
    faults::broken::Broken,
    harness::{Part, client, free_port, hop},
};

#[tokio::test]
async fn the_control_port_takes_what_it_should_and_nothing_else() {
    let broken = Broken::start();
    let at = |service: &str| format!("http://{}/faults", broken.control(service));
    let change = |service: &str, faults: &str| json!({"service": service, "faults": faults}).to_string();
    let json = "application/json";
    for (service, kind, body, status, said) in [
        (
            "orders",
            "text/plain",
            change("orders", "hang"),
            415,
            "application/json",
        ),
        (
            "orders",
            json,
            change("gateway", "hang"),
            409,
            "this is orders, not gateway",
        ),
        (
            "orders",
            json,
            change("orders", "weather"),
            400,
            "no fault is called 'weather'",
        ),
        ("orders", json, "{".to_owned(), 400, "EOF"),
        (
            "orders",
            json,
            json!({"service": "orders", "faults": "hang", "x": 1}).to_string(),
            400,
            "unknown field",
        ),
        (
            "inventory",
            json,
            change("inventory", "calls=8"),
            409,
            "inventory calls no other service",
        ),
        ("orders", json, change("orders", &"hang ".repeat(9_000)), 413, ""),
    ] {
        let call = client().post(at(service)).header("content-type", kind).body(body);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), status, "{said}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(said), "{text}");
    }
    for (name, value) in [("origin", "http://evil.example"), ("host", "evil.example:7082")] {
        let answer = client()
            .delete(at("orders"))
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{name}");
    }
    let report: Value = client()
        .get(at("orders"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        report,
        json!({"service": "orders", "faults": [], "mystery": false, "tracedAs": "orders"})
    );

    // The service's own port knows nothing of it.
    let public = format!("{}/faults", broken.stack.orders.url);
    assert_eq!(client().get(&public).send().await.unwrap().status(), 404);
    let answer = client()
        .post(&public)
        .body(change("orders", "hang"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(broken.request().await.status, 200);
}

#[test]
fn without_faults_nobody_listens() {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    for off in [
        &[("FAULTS_ADDR", address.as_str())] as &[_],
        &[("FAULTS", "off"), ("FAULTS_ADDR", &address)],
    ] {
        let _orders = Part::start("orders", off);
        assert!(TcpStream::connect(&address).is_err());
    }
}

#[test]
fn faults_are_set_on_loopback_alone() {
    let mut orders = hop(&["orders", "--listen-addr", "127.0.0.1:0"]);
    let output = orders
        .env("FAULTS", "on")
        .env("FAULTS_ADDR", "0.0.0.0:7082")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("loopback alone"), "{text}");
}

#[tokio::test]
async fn an_exporter_that_sends_no_http_takes_no_faults_of_spans() {
    let control = format!("127.0.0.1:{}", free_port());
    let own = [
        ("OTEL_TRACES_EXPORTER", "none"),
        ("FAULTS", "on"),
        ("FAULTS_ADDR", control.as_str()),
    ];
    let _inventory = Part::start("inventory", &own);
    for fault in ["exporter-blocked", "clock=1s", "spans-lost"] {
        let change = json!({"service": "inventory", "faults": fault});
        let answer = client()
            .post(format!("http://{control}/faults"))
            .json(&change)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 409, "{fault}");
        assert!(
            answer
                .text()
                .await
                .unwrap()
                .contains("needs spans that go to Zipkin")
        );
    }
}
