//! Spans over TLS, to a server whose certificate an authority of the test's own has signed (`tls/make`).
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::Command,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use telemetry::{Config, Telemetry};
use tracing::info_span;

/// Set for the process that sends.
const PORT: &str = "PORT_OF_THE_TEST";

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/tls", name].iter().collect()
}

fn server_config() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(file("localhost.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(file("localhost.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.unwrap())
}

/// The head and the body of the first request, or why there is none. Answers with 202.
fn serve(listener: TcpListener) -> JoinHandle<Result<String, String>> {
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(server_config()).unwrap();
        let mut reader = BufReader::new(StreamOwned::new(connection, stream));
        let (mut request, mut length) = (String::new(), 0);
        while !request.ends_with("\r\n\r\n") {
            let begin = request.len();
            reader
                .read_line(&mut request)
                .map_err(|error| error.to_string())?;
            let line = request[begin..].to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            assert!(request.len() > begin, "the request ends early");
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
        reader.get_mut().write_all(answer).unwrap();
        Ok(request + &String::from_utf8(body).unwrap())
    })
}

/// Sends a span to this port from a process that trusts this authority; its lines.
fn send(port: u16, authority: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sends_one_span", "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", file(authority))
        .env_remove("SSL_CERT_DIR")
        .env(PORT, port.to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "the other tests run it"]
fn sends_one_span() {
    let mut config = Config::default();
    let endpoint = format!(
        "https://:key@localhost:{}/api/v2/spans",
        std::env::var(PORT).unwrap()
    );
    config.delivery.zipkin_endpoint = endpoint.parse().unwrap();
    config.delivery.zipkin_headers = "x-tenant=shop".into();
    let telemetry = Telemetry::start("tested", &config).unwrap();
    info_span!("work").in_scope(|| ());
    // Long enough for an attempt.
    thread::sleep(Duration::from_millis(600));
    drop(telemetry);
}

#[test]
fn spans_go_to_a_server_that_a_trusted_authority_vouches_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = serve(listener);
    send(port, "authority.pem");
    let request = server.join().unwrap().unwrap();
    assert!(
        request.starts_with("POST /api/v2/spans HTTP/1.1\r\n"),
        "{request}"
    );
    for part in [
        "authorization: Basic OmtleQ==\r\n",
        "x-tenant: shop\r\n",
        "content-type: application/json\r\n",
        &format!("host: localhost:{port}\r\n"),
        "\"name\":\"work\"",
    ] {
        assert!(request.contains(part), "{part}: {request}");
    }
}

#[test]
fn a_server_of_a_strange_authority_gets_no_span() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = serve(listener);
    let said = send(port, "stranger.pem");
    assert!(server.join().unwrap().is_err(), "{said}");
    let reason = said.lines().find(|line| line.contains("spans wait")).unwrap();
    assert!(
        reason.contains("certificate") && reason.contains("UnknownIssuer"),
        "{said}"
    );
}
