//! Expectations from a JSON file. What is not understood is refused with its line, its column, its path, and the known name
//! that is nearest.

/// Values and where they stand in the file.
mod reader;

/// Where a path is in the text.
mod position;

/// The known name that was probably meant.
mod nearest;

/// Expectations, by field.
mod parts;

use std::fmt;

use reader::{Fields, Reader, Wrong};

use crate::expected::Expectation;

/// The JSON Schema of the file.
pub const SCHEMA: &str = include_str!("../schema.json");

/// A larger file is refused.
const MAX_BYTES: usize = 1 << 20;

/// The methods of requests that are sent.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A file of expectations.
///
/// ```
/// let file = expect::File::read(
///     r#"{"cases": [{"request": {"path": "/orders/1"}, "expect": {"answer": {"status": 200}}}]}"#,
/// )?;
/// assert_eq!(file.cases[0].request.as_ref().unwrap().path, "/orders/1");
///
/// let error = expect::File::read("{\n  \"case\": []\n}").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 2, column 3: case is no field; did you mean cases?"
/// );
/// # Ok::<(), expect::FileError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct File {
    /// Its cases, one at least.
    pub cases: Vec<Case>,
}

/// One request and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// The title, for people.
    pub title: Option<String>,
    /// The request to send; none where a stored trace is looked at.
    pub request: Option<Request>,
    /// The expectation.
    pub expectation: Expectation,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// `GET`, unless the file says another.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers by name.
    pub headers: Vec<(String, String)>,
    /// The body that is sent.
    pub body: Option<Body>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A text, as it is.
    Text(String),
    /// JSON, as text.
    Json(String),
}

/// Why a file is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The path, such as `cases[0].expect.tree.children[1]`; empty for the file itself.
    pub path: String,
    /// The mistake.
    pub message: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            path,
            message,
        } = self;
        let at = if path.is_empty() {
            String::new()
        } else {
            format!(", in {path}")
        };
        write!(f, "line {line}, column {column}{at}: {message}")
    }
}

impl std::error::Error for FileError {}

impl File {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Where it is no JSON, or a field is not known, is missing or has no meaning.
    pub fn read(text: &str) -> Result<Self, FileError> {
        if text.len() > MAX_BYTES {
            return Err(FileError {
                line: 1,
                column: 1,
                path: String::new(),
                message: format!(
                    "the file has {} bytes, and at most {MAX_BYTES} are read",
                    text.len()
                ),
            });
        }
        let value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        file(&Reader::top(&value)).map_err(|wrong| {
            let (line, column) = position::of(text, &wrong.steps);
            FileError {
                line,
                column,
                path: wrong.path(),
                message: wrong.message,
            }
        })
    }
}

/// serde_json's own words, without its place, which has fields of its own here.
fn syntax(error: &serde_json::Error) -> FileError {
    let words = error.to_string();
    let message = words.split(" at line ").next().unwrap_or(&words);
    FileError {
        line: error.line().max(1),
        column: error.column().max(1),
        path: String::new(),
        message: format!("no JSON: {message}"),
    }
}

fn file(top: &Reader<'_>) -> Result<File, Wrong> {
    let fields = Fields::of(top, &parts::FILE)?;
    let cases = fields.needed("cases")?;
    let read: Vec<Case> = cases.list()?.iter().map(case).collect::<Result<_, _>>()?;
    if read.is_empty() {
        return Err(cases.wrong("one case at least is needed"));
    }
    Ok(File { cases: read })
}

fn case(reader: &Reader<'_>) -> Result<Case, Wrong> {
    let fields = Fields::of(reader, &parts::CASE)?;
    Ok(Case {
        title: fields.map("title", |title| title.text().map(str::to_owned))?,
        request: fields.map("request", request)?,
        expectation: parts::expectation(&fields.needed("expect")?)?,
    })
}

fn request(reader: &Reader<'_>) -> Result<Request, Wrong> {
    let fields = Fields::of(reader, &parts::REQUEST)?;
    let path = fields.needed("path")?;
    let headers = fields.map("headers", |headers| {
        let entries = headers.entries()?;
        entries.iter().map(header).collect::<Result<Vec<_>, Wrong>>()
    })?;
    match path.text()? {
        text if text.contains(|char: char| char.is_control() || "#\\".contains(char)) => {
            Err(path.wrong("a path has no control characters, no # and no \\: write %23 and %5C"))
        }
        text if text.starts_with('/') => Ok(Request {
            method: fields.map("method", method)?.unwrap_or_else(|| "GET".to_owned()),
            path: text.to_owned(),
            headers: headers.unwrap_or_default(),
            body: fields.map("body", body)?,
        }),
        _ => Err(path.wrong("a path begins with /, such as /orders/1")),
    }
}

/// A field of RFC 9110: a token, and a text without control characters.
fn header((name, value): &(String, Reader<'_>)) -> Result<(String, String), Wrong> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(value.wrong(format!("{} is no name of a header", name.escape_debug())));
    }
    let text = value.text()?;
    if text.contains(|char: char| char.is_ascii_control() && char != '\t') {
        return Err(value.wrong("a header cannot hold control characters"));
    }
    Ok((name.clone(), text.to_owned()))
}

fn method(reader: &Reader<'_>) -> Result<String, Wrong> {
    let text = reader.text()?;
    if METHODS.contains(&text) {
        return Ok(text.to_owned());
    }
    let hint = match nearest::nearest(text, &METHODS) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("methods are {}", METHODS.join(", ")),
    };
    Err(reader.wrong(format!("{} is no method; {hint}", text.escape_debug())))
}

fn body(reader: &Reader<'_>) -> Result<Body, Wrong> {
    if reader.is_object() || reader.is_list() {
        return Ok(Body::Json(reader.json()));
    }
    match reader.text() {
        Ok(text) => Ok(Body::Text(text.to_owned())),
        Err(_) => {
            Err(reader.wrong("a text in quotes is needed, or an object or a list that is sent as JSON"))
        }
    }
}

#[cfg(test)]
mod tests;
