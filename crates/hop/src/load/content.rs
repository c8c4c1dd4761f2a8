//! Method, headers and body, as they are typed.

use std::{fs::File, io::Read as _, path::PathBuf};

use anyhow::Context as _;
use load::{Common, MAX_BODY};
use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};

use crate::call::parse_header;

/// The parts of each request besides its path.
#[derive(Debug, clap::Args)]
pub struct Content {
    /// Method [default: GET, or POST with a body]
    #[arg(long, value_parser = parse_method)]
    method: Option<Method>,

    /// A further header; may be repeated; userid beats --users
    #[arg(short = 'H', long = "header", value_name = "K: V", value_parser = parse_header)]
    headers: Vec<(HeaderName, HeaderValue)>,

    /// Body of each request, as it stands here
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,

    /// File with the body of each request, 1 MiB at most
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    body_file: Option<PathBuf>,
}

impl Content {
    /// Reads the file, and refuses what cannot be sent.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, with_spans: bool) -> anyhow::Result<Common> {
        let body = match (&self.body, &self.body_file) {
            (Some(text), _) => Some(text.clone().into_bytes()),
            (None, Some(file)) => {
                let read = bytes_of(file);
                Some(read.with_context(|| format!("--body-file {}", file.display()))?)
            }
            (None, None) => None,
        };
        let method = match (&self.method, &body) {
            (Some(method), _) => method.clone(),
            (None, Some(_)) => Method::POST,
            (None, None) => Method::GET,
        };
        let common = Common::new(method, self.headers.clone(), body.unwrap_or_default().into());
        let common = common.unwrap_or_else(|reason| wrong(&reason));
        match common.context_header() {
            Some(name) if with_spans => wrong(&format!(
                "-H {name}: hop load writes the context of its own spans; with --no-spans it does not"
            )),
            _ => Ok(common),
        }
    }
}

/// Ends the program, as clap does with arguments that it refuses.
pub fn wrong(text: &str) -> ! {
    clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{text}\n")).exit()
}

/// One byte more than is allowed, at most.
fn bytes_of(file: &PathBuf) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BODY).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Methods are upper-case, and people type them as they like.
fn parse_method(text: &str) -> Result<Method, String> {
    let method = Method::from_bytes(text.to_ascii_uppercase().as_bytes());
    method.map_err(|_| "a method is one word, such as POST".to_owned())
}
