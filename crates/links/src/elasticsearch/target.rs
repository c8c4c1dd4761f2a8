//! Which Elasticsearch to write to, as Zipkin's server is told where its storage is.

use std::fmt;

use telemetry::{HttpUrl, HttpUrlError};

/// The settings by the names that Zipkin's server has for them.
#[derive(Debug, clap::Args)]
pub struct Target {
    /// Elasticsearch (7 or later) or OpenSearch; of several, the first that answers is taken
    #[arg(long, env = "ES_HOSTS", value_name = "URL", value_delimiter = ',', value_parser = parse_host,
        default_value = "http://127.0.0.1:9200")]
    pub(super) es_hosts: Vec<String>,

    /// Prefix of the names of Zipkin's indices
    #[arg(long = "index", env = "ES_INDEX", value_name = "NAME", value_parser = parse_index, default_value = "zipkin")]
    pub(super) es_index: String,

    /// Separator of year, month and day in the names of its indices
    #[arg(
        long,
        env = "ES_DATE_SEPARATOR",
        value_name = "CHARACTER",
        default_value = "-"
    )]
    pub(super) es_date_separator: char,

    /// User for basic authentication
    #[arg(long, env = "ES_USERNAME", value_name = "NAME", requires = "es_password")]
    pub(super) es_username: Option<String>,

    /// Its password; as an argument, others on the machine can see it
    #[arg(
        long,
        env = "ES_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        requires = "es_username"
    )]
    pub(super) es_password: Option<Password>,
}

/// A text that `Debug` does not show.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// To be sent.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// As Zipkin reads it: a name alone is a host that listens on port 9200.
fn parse_host(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.starts_with("https://") {
        return Err("https:// is not spoken here: name a proxy that speaks it, over http://".to_owned());
    }
    let url = match text.strip_prefix("http://") {
        Some(_) => text.to_owned(),
        None if text.contains("://") => return Err("only http:// is possible".to_owned()),
        None if text.contains(':') => format!("http://{text}"),
        None => format!("http://{text}:9200"),
    };
    match url.parse::<HttpUrl>() {
        Ok(parsed) if parsed.as_url().username().is_empty() => Ok(url.trim_end_matches('/').to_owned()),
        Err(error @ HttpUrlError::HostNotAscii) => Err(error.to_string()),
        _ => Err("an address such as http://127.0.0.1:9200 is needed, without a user".to_owned()),
    }
}

/// Names that an index of Elasticsearch can have.
fn parse_index(text: &str) -> Result<String, String> {
    let plain = |each: char| !each.is_uppercase() && !" \"*\\<|,>/?:#%".contains(each) && !each.is_control();
    if text.is_empty() || text.starts_with(['-', '_', '+', '.']) || !text.chars().all(plain) {
        return Err("a name in lower case is needed, without / \\ * ? \" < > | , : # and blanks".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_zipkin_reads_them() {
        for (text, host) in [
            ("http://127.0.0.1:9200", Some("http://127.0.0.1:9200")),
            ("http://es:9200/", Some("http://es:9200")),
            ("http://es", Some("http://es")),
            ("es", Some("http://es:9200")),
            ("es:9201", Some("http://es:9201")),
            (" es:9201", Some("http://es:9201")), // after a comma
            ("http://es/prefix", Some("http://es/prefix")),
            ("https://es:9200", None),
            ("http://user:secret@es:9200", None),
            ("ftp://user:secret@es", None),
            ("http://", None),
            ("", None),
        ] {
            assert_eq!(parse_host(text).ok().as_deref(), host, "{text}");
        }
    }

    #[test]
    fn an_index_has_a_name_that_fits_into_an_address() {
        for (text, fits) in [
            ("zipkin", true),
            ("zipkin-2", true),
            ("추적", true),
            ("Zipkin", false),
            ("a/b", false),
            ("a?b", false),
            ("_all", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(parse_index(text).is_ok(), fits, "{text}");
        }
    }
}
