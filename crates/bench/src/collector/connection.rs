//! HTTP as the load sends it: a connection that stays open, requests made beforehand. The client shares the machine
//! with the server, so it does as little as it can.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::Context as _;

use super::formats::Format;

/// No answer takes longer, or something is wrong.
const TIMEOUT: Duration = Duration::from_secs(60);

/// An open connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// An answer.
pub struct Answer {
    /// The status of the answer.
    pub status: u16,
    /// All of the body.
    pub body: Vec<u8>,
    /// When the first of it was there.
    pub first_byte: Instant,
}

impl Connection {
    /// Connects on loopback.
    pub fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Asks for a path.
    pub fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n").as_bytes())
    }

    /// Sends a request as it is, and reads the answer.
    pub fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.get_mut().write_all(request)?;
        let status = self
            .line()?
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let (status, first_byte) = (status.context("no status")?, Instant::now());
        let (mut length, mut chunked) = (0, false);
        loop {
            let header = self.line()?.to_ascii_lowercase();
            match header.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                Some(_) => {}
                None => break,
            }
        }
        let body = if chunked {
            self.chunks()?
        } else {
            self.bytes(length)?
        };
        Ok(Answer {
            status,
            body,
            first_byte,
        })
    }

    fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line()?, 16)?;
            body.append(&mut self.bytes(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

/// A batch as a whole request.
pub fn post(json: &[u8], packed: bool) -> Vec<u8> {
    post_to(Format::Json.place(), json, packed)
}

/// A request that posts a body of this type to a path.
pub fn post_to((path, kind): (&str, &str), body: &[u8], packed: bool) -> Vec<u8> {
    let encoding = if packed { "content-encoding: gzip\r\n" } else { "" };
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: {kind}\r\n{encoding}content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}
