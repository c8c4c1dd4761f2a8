//! `/`: the latest traces, or those that a search finds. The search form asks as `GET /api/v2/traces` does.

use std::fmt::Display;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use zipkin::{Query, Waterfall, utc};

use super::{
    figures,
    markup::{Attribute, Text},
    refusal, whole,
};
use crate::{
    Collector,
    api::{Error, Params},
    collector::now_ms,
    root::Root,
    store::Spans,
    work::{Asker, Gone},
};

/// Both the end and the lookback of a search that names no time. Zipkin's day would hide a trace of last week, and
/// "until now" one of a clock that is ahead.
const ALL_TIME_MS: u64 = i64::MAX as u64 / 1000;

const DEFAULT_LIMIT: &str = "20";

/// More rows than this nobody reads.
const MAX_LIMIT: usize = 200;

/// `GET /`
pub async fn page(
    State(collector): State<Collector>,
    root: Root,
    headers: HeaderMap,
    params: Params,
) -> Response {
    if !collector.config().search_enabled {
        let why = "Search is off (SEARCH_ENABLED=false). A trace can be seen at /traces/ and its id.";
        return refusal(root, StatusCode::OK, "No list of traces", why);
    }
    let found = match find(&collector, &params).await {
        Ok(found) => found,
        Err(Error::Internal) => return Error::Internal.into_response(),
        Err(error) => {
            return refusal(
                root,
                error.status(),
                "That search makes no sense",
                &error.to_string(),
            );
        }
    };
    let services = collector.store().names().services();
    let list = if services.is_empty() && found.is_empty() {
        nothing_yet(root, &headers)
    } else if found.is_empty() {
        format!(r#"<p class="empty">No trace matches. <a href="{root}">Show the latest</a></p>"#)
    } else {
        table(root, &found)
    };
    let main = format!(
        "<h1>Latest traces</h1>\n{}\n{list}",
        form(root, &params, &services)
    );
    whole(root, StatusCode::OK, "Latest traces", &main)
}

async fn find(collector: &Collector, params: &Params) -> Result<Vec<Waterfall>, Error> {
    // A lookback of one's own looks back from now.
    let end = if params.get("lookback").is_some() {
        now_ms()
    } else {
        ALL_TIME_MS
    };
    // A form sends its empty fields too.
    let given = params.iter().filter(|(_, value)| !value.trim().is_empty());
    let params = given.chain([("limit", DEFAULT_LIMIT)]);
    let mut query = Query::parse(params, end, ALL_TIME_MS)?;
    query.limit = query.limit.min(MAX_LIMIT);
    collector.search(query, lay_all_out).await
}

fn lay_all_out(traces: Vec<Spans>, asker: &Asker) -> Result<Vec<Waterfall>, Gone> {
    let mut laid_out = Vec::new();
    for spans in traces {
        asker.still_waits()?;
        laid_out.extend(zipkin::waterfall(spans.iter()));
    }
    Ok(laid_out)
}

fn form(root: Root, params: &Params, services: &[String]) -> String {
    let value = |name| Attribute(params.get(name).unwrap_or_default());
    let services: String = services
        .iter()
        .map(|service| format!(r#"<option value="{}">"#, Attribute(service)))
        .collect();
    format!(
        r#"<form class="search" action="{root}" role="search">
<label>Service <input name="serviceName" list="services" value="{}" autocomplete="off"></label>
<label>Span name <input name="spanName" value="{}" autocomplete="off"></label>
<label>Tag or annotation <input name="annotationQuery" value="{}" placeholder="error, or orderId=1" autocomplete="off"></label>
<label>At least, in µs <input name="minDuration" value="{}" inputmode="numeric" autocomplete="off"></label>
<button>Search</button>
<datalist id="services">{services}</datalist>
</form>"#,
        value("serviceName"),
        value("spanName"),
        value("annotationQuery"),
        value("minDuration"),
    )
}

fn table(root: Root, traces: &[Waterfall]) -> String {
    let longest = traces
        .iter()
        .map(|trace| trace.duration)
        .max()
        .unwrap_or_default();
    let rows: String = traces.iter().map(|trace| row(root, trace, longest)).collect();
    format!(
        r#"<table class="traces">
<thead><tr><th scope="col">Started (UTC)</th><th scope="col">Trace</th><th scope="col" class="number wide">Spans</th><th scope="col" class="number">Duration</th><th scope="col" class="number">Errors</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"#
    )
}

fn row(root: Root, trace: &Waterfall, longest: u64) -> String {
    let errors = trace.rows.iter().filter(|row| row.error.is_some()).count();
    let services: String = trace
        .services
        .iter()
        .map(|service| chip(service, trace))
        .collect();
    format!(
        r#"<tr>
<td><time>{date} <b>{time}</b></time></td>
<th scope="row"><a href="{root}traces/{id}">{title}</a><span class="services">{services}</span></th>
<td class="number wide">{spans}</td>
<td class="number">{duration}<svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="{share}" height="4"/></svg></td>
<td class="number">{errors}</td>
</tr>
"#,
        date = utc::date(trace.start),
        time = utc::time_of_day(trace.start),
        id = trace.trace_id,
        title = title(trace),
        spans = trace.rows.len(),
        duration = figures::duration(trace.duration),
        share = (100 * u128::from(trace.duration)) / u128::from(longest.max(1)),
        errors = if errors == 0 {
            "0".into()
        } else {
            format!(r#"<strong class="error">{errors}</strong>"#)
        },
    )
}

/// Service and name of the first row.
pub fn title(trace: &Waterfall) -> impl Display {
    trace.rows.first().map_or_else(String::new, |root| {
        let or = |text: &str, none: &str| {
            if text.is_empty() {
                format!("<i>{none}</i>")
            } else {
                Text(text).to_string()
            }
        };
        format!(
            "{} <b>{}</b>",
            or(&root.service, "no service"),
            or(&root.name, "no name")
        )
    })
}

/// The name of a service, with the colour that its bars have.
pub fn chip(service: &str, trace: &Waterfall) -> String {
    format!(
        r#"<span class="chip {}">{}</span> "#,
        super::waterfall::colour(service, trace),
        Text(service)
    )
}

fn nothing_yet(root: Root, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = Text(host.unwrap_or("127.0.0.1:9411"));
    format!(
        r#"<section class="empty">
<h2>Nothing here yet</h2>
<p>A request through the three hops makes a trace:</p>
<pre>curl -H 'userid: terry' http://127.0.0.1:8081/orders/1</pre>
<p>So does any span that you send here yourself; then <a href="{root}">look again</a>:</p>
<pre>curl http://{host}/api/v2/spans -H 'content-type: application/json' -d '[{{
  "traceId": "463ac35c9f6413ad", "id": "463ac35c9f6413ad", "kind": "SERVER", "name": "get /hello",
  "timestamp": '$(date +%s)'000000, "duration": 1500, "localEndpoint": {{"serviceName": "hello"}}
}}]'</pre>
</section>"#
    )
}
