//! Values of a command line that may hold a password, which no error shows.

use std::{ffi::OsStr, fmt};

use clap::{
    Arg, Command, Error,
    builder::{StringValueParser, TypedValueParser, ValueParserFactory},
    error::{ContextKind, ContextValue},
};

use crate::{
    http_url::{HttpUrl, HttpUrlError, ZipkinEndpoint},
    redacted::redacted,
};

/// A parser for clap whose errors show the refused text [`redacted`]. [`HttpUrl`] and [`ZipkinEndpoint`] have it by themselves.
///
/// ```
/// use clap::{Arg, Command};
/// use telemetry::{HttpUrl, config::Redacting};
///
/// let url = |text: &str| text.parse::<HttpUrl>().map_err(|error| error.to_string());
/// let command = Command::new("shop").arg(Arg::new("database").long("database").value_parser(Redacting::of(url)));
/// let error = command.try_get_matches_from(["shop", "--database=https://terry:secret@db"]).unwrap_err();
/// assert!(error.to_string().contains("invalid value 'https://***@db' for '--database <database>'"));
/// ```
pub struct Redacting<T>(fn(&str) -> Result<T, String>);

impl<T> Redacting<T> {
    /// Values as `parse` reads them.
    pub const fn of(parse: fn(&str) -> Result<T, String>) -> Self {
        Self(parse)
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Redacting<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let parse = self.0;
        let parser = StringValueParser::new().try_map(move |text| parse(&text));
        parser.parse_ref(command, argument, value).map_err(|mut error| {
            if let Some(ContextValue::String(text)) = error.get(ContextKind::InvalidValue) {
                let shown = ContextValue::String(redacted(text));
                error.insert(ContextKind::InvalidValue, shown);
            }
            error
        })
    }
}

impl<T> Clone for Redacting<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<T> fmt::Debug for Redacting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redacting")
    }
}

impl ValueParserFactory for HttpUrl {
    type Parser = Redacting<Self>;

    fn value_parser() -> Redacting<Self> {
        Redacting::of(|text| text.parse().map_err(|error: HttpUrlError| error.to_string()))
    }
}

impl ValueParserFactory for ZipkinEndpoint {
    type Parser = Redacting<Self>;

    fn value_parser() -> Redacting<Self> {
        Redacting::of(|text| text.parse().map_err(|error: HttpUrlError| error.to_string()))
    }
}
