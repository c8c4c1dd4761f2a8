//! A search, and how its parameters are read.

use std::{collections::BTreeMap, str::FromStr};

use super::error::QueryError;

/// A search for traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Only spans of this service count for the conditions below.
    pub service_name: Option<String>,
    /// The other side of a call.
    pub remote_service_name: Option<String>,
    /// The name of a span.
    pub span_name: Option<String>,
    /// A tag and its value; with an empty value an annotation, or a tag whatever its value.
    pub annotation_query: BTreeMap<String, String>,
    /// Microseconds that a span took at least.
    pub min_duration: Option<u64>,
    /// Microseconds that the same span took at most.
    pub max_duration: Option<u64>,
    /// The trace started at this time at the latest, in milliseconds since the epoch.
    pub end_ts: u64,
    /// The trace started at most so many milliseconds before `end_ts`.
    pub lookback: u64,
    /// The most traces to answer with.
    pub limit: usize,
}

impl Query {
    /// Reads the decoded parameters of a query string; of a repeated one the first counts, unknown ones are ignored.
    ///
    /// ```
    /// use zipkin::{Query, QueryError};
    ///
    /// let (now_ms, a_day_ms) = (1_700_000_000_000, 86_400_000);
    /// let query = Query::parse([("serviceName", "Web"), ("limit", "3")].into_iter(), now_ms, a_day_ms)?;
    /// assert_eq!((query.service_name.as_deref(), query.limit), (Some("web"), 3));
    ///
    /// let refused = Query::parse([("limit", "0")].into_iter(), now_ms, a_day_ms);
    /// assert_eq!(refused, Err(QueryError::NotPositive("limit")));
    /// # Ok::<(), QueryError>(())
    /// ```
    pub fn parse<K: AsRef<str>, V: AsRef<str>>(
        params: impl Iterator<Item = (K, V)>,
        now_ms: u64,
        default_lookback_ms: u64,
    ) -> Result<Self, QueryError> {
        let mut first = BTreeMap::new();
        for (key, value) in params {
            first
                .entry(key.as_ref().to_owned())
                .or_insert_with(|| value.as_ref().to_owned());
        }
        let text = |key| first.get(key).map(String::as_str);
        let min_duration = number::<i64>(text("minDuration"))?;
        let max_duration = number::<i64>(text("maxDuration"))?;
        let end_ts = number::<i64>(text("endTs"))?;
        let lookback = number::<i64>(text("lookback"))?;
        let limit = match text("limit") {
            Some("") => return Err(QueryError::NoLimit),
            limit => number::<i32>(limit)?.unwrap_or(10),
        };
        // Checked in Zipkin's order, after all are read.
        let query = Self {
            service_name: text("serviceName").and_then(lower_case),
            remote_service_name: text("remoteServiceName").and_then(lower_case),
            // A menu's entry for "any"; as a service's name, `all` is a name.
            span_name: text("spanName").and_then(lower_case).filter(|name| name != "all"),
            annotation_query: text("annotationQuery").map(annotation_query).unwrap_or_default(),
            end_ts: end_ts.map_or(Ok(now_ms), |end_ts| positive(end_ts, "endTs"))?,
            limit: positive(limit.into(), "limit")? as usize,
            lookback: lookback.map_or(Ok(default_lookback_ms), |lookback| positive(lookback, "lookback"))?,
            min_duration: min_duration.map(|min| positive(min, "minDuration")).transpose()?,
            max_duration: max_duration.map(|max| u64::try_from(max).unwrap_or_default()),
        };
        match (query.min_duration, query.max_duration) {
            (None, Some(_)) => Err(QueryError::MaxWithoutMin),
            (Some(min), Some(max)) if max < min => Err(QueryError::MaxBelowMin),
            _ => Ok(query),
        }
    }
}

// Empty counts as absent.
fn number<T: FromStr>(text: Option<&str>) -> Result<Option<T>, QueryError> {
    let given = text.filter(|text| !text.is_empty());
    given
        .map(|text| text.parse().map_err(|_| QueryError::NotANumber(text.to_owned())))
        .transpose()
}

fn positive(number: i64, name: &'static str) -> Result<u64, QueryError> {
    match u64::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(QueryError::NotPositive(name)),
    }
}

fn lower_case(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_lowercase())
}

// `error and http.method=GET`: names to be present, and tags with a value.
fn annotation_query(text: &str) -> BTreeMap<String, String> {
    let mut conditions = BTreeMap::new();
    if text.is_empty() {
        return conditions;
    }
    for condition in text.splitn(100, " and ") {
        match condition.split_once('=') {
            Some((key, value)) => _ = conditions.insert(trimmed(key), trimmed(value)),
            None => _ = conditions.entry(trimmed(condition)).or_default(),
        }
    }
    conditions
}

// As Java trims: blanks and control characters, no other space of Unicode.
fn trimmed(text: &str) -> String {
    text.trim_matches(|each| each <= ' ').to_owned()
}

#[cfg(test)]
mod tests;
