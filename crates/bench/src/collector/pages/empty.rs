//! An empty page, which a browser paints as soon as it can.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};

const PAGE: &str = "<!doctype html><title>Empty</title><p id=\"empty\">Nothing.</p>\n";

/// Serves the page on loopback until the program ends, and says where.
pub fn serve() -> anyhow::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    Ok(url)
}

fn answer(mut stream: TcpStream) {
    let mut request = [0; 4096];
    while stream.read(&mut request).is_ok_and(|read| read > 0) {
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{PAGE}",
            PAGE.len()
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
