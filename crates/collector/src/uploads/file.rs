//! The spans of a file: Zipkin's JSON of either version, a list of spans or of traces; OpenTelemetry's; Jaeger's.

use axum::http::StatusCode;
use zipkin::{
    SpanRef,
    decode::{Format, otlp::Encoding},
};

use super::jaeger;
use crate::{pages::Sayings, store::Batch};

/// The spans of a file at most.
const MAX_SPANS: usize = 500_000;

/// Why a file has no spans.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The form came without one.
    NoFile,
    /// More bytes than may be.
    TooLarge,
    /// It looks like none of the formats.
    Unknown,
    /// Not in the format that it looks like, and why.
    Other(String),
    /// A list of nothing.
    Empty,
}

impl Unreadable {
    /// The answer's status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The sentence for people.
    pub fn said(self) -> Sayings {
        match self {
            Self::NoFile => Sayings::NoFile,
            Self::TooLarge => Sayings::TooLarge,
            Self::Unknown => Sayings::Unknown,
            Self::Other(why) => Sayings::Unread(why),
            Self::Empty => Sayings::Empty,
        }
    }
}

/// Reads a file.
pub fn read(file: &[u8]) -> Result<Batch, Unreadable> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
    let mut batch = Batch::default();
    let mut count = 0;
    let mut push = |span: &SpanRef<'_>| {
        count += 1;
        if count <= MAX_SPANS {
            batch.push(span);
        }
    };
    let other = |error: &dyn std::fmt::Display| Unreadable::Other(error.to_string());
    if has(file, b"\"resourceSpans\"") && file.starts_with(b"{") {
        for request in requests(file) {
            Encoding::Json
                .each(request, &mut push)
                .map_err(|error| other(&error))?;
        }
    } else if has(file, b"\"data\"") && file.starts_with(b"{") {
        for span in jaeger::spans(file).map_err(|error| other(&error))? {
            push(&SpanRef::from(&span));
        }
    } else if !file.starts_with(b"[") {
        return Err(Unreadable::Unknown);
    } else {
        let list = flat(file);
        let is_old = has(&list, b"\"binaryAnnotations\"")
            || (has(&list, b"\"endpoint\"") && !has(&list, b"\"localEndpoint\""));
        let format = if is_old { Format::JsonV1 } else { Format::JsonV2 };
        format.each(&list, &mut push).map_err(|error| other(&error))?;
    }
    match count {
        0 => Err(Unreadable::Empty),
        1..=MAX_SPANS => Ok(batch),
        _ => Err(Unreadable::TooLarge),
    }
}

fn has(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}

/// OpenTelemetry's Collector writes one request a line.
fn requests(file: &[u8]) -> Vec<&[u8]> {
    let lines = file.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    let is_whole = |line: &&[u8]| line.starts_with(b"{") && line.ends_with(b"}");
    if lines.iter().all(is_whole) {
        lines
    } else {
        vec![file]
    }
}

/// A list of lists, as `/api/v2/traces` answers, becomes one list: the inner brackets are blanked. Lists in spans are deeper.
fn flat(file: &[u8]) -> Vec<u8> {
    let mut list = file.to_vec();
    let inner = list.iter().skip(1).find(|byte| !byte.is_ascii_whitespace());
    if inner != Some(&b'[') {
        return list;
    }
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    // An empty trace leaves a comma that has nothing on one side.
    let mut is_empty = true;
    let mut comma = None;
    for at in 0..list.len() {
        let Some(&byte) = list.get(at) else { break };
        if in_text {
            (in_text, escaped) = (byte != b'"' || escaped, byte == b'\\' && !escaped);
            continue;
        }
        let mut blank = |at: usize| list.get_mut(at).into_iter().for_each(|byte| *byte = b' ');
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth == 2 {
                    blank(at);
                } else if depth > 2 {
                    is_empty = false;
                    comma = None;
                }
            }
            b']' | b'}' => {
                if depth == 2 {
                    blank(at);
                }
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    comma.take().into_iter().for_each(&mut blank);
                }
            }
            b',' if depth == 1 => {
                if is_empty || comma.is_some() {
                    blank(at);
                } else {
                    comma = Some(at);
                }
            }
            _ => {}
        }
    }
    list
}
