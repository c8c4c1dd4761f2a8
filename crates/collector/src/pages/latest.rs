//! `/`: the latest traces, or those that a search finds. The search form asks as `GET /api/v2/traces` does.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use zipkin::{Query, Summary};

use super::{
    asked,
    headline::{started, title},
    layout::{refusal, whole},
    markup::{Attribute, Text},
    reader::Reader,
    services,
};
use crate::{
    Collector,
    clock::now_ms,
    error::Error,
    params::Params,
    store::Spans,
    work::{Asker, Gone},
};

/// More services of one trace than this are counted.
const MAX_SERVICES: usize = 12;

/// More services than this the form does not offer.
const MAX_OFFERED: usize = 500;

/// `GET /`
pub async fn page(
    State(collector): State<Collector>,
    reader: Reader,
    headers: HeaderMap,
    params: Params,
) -> Response {
    if !collector.config().search_enabled {
        let why =
            reader.say("Search is off (SEARCH_ENABLED=false). A trace can be seen at /traces/ and its id.");
        return refusal(&reader, StatusCode::OK, reader.say("No list of traces"), why);
    }
    let (query, found) = match find(&collector, &params).await {
        Ok(found) => found,
        Err(Error::Internal) => return Error::Internal.into_response(),
        Err(error) => {
            return refusal(
                &reader,
                error.status(),
                reader.say("That search makes no sense"),
                &error.to_string(),
            );
        }
    };
    let services = collector.store().names().services();
    let list = if services.is_empty() && found.is_empty() {
        nothing_yet(&reader, &headers)
    } else if found.is_empty() {
        format!(
            r#"<p class="empty">{} <a href="{}">{}</a></p>"#,
            reader.say("No trace matches."),
            reader.root,
            reader.say("Show the latest"),
        )
    } else {
        table(&reader, &found)
    };
    let title = reader.say("Latest traces");
    let main = format!(
        "<h1>{title}</h1>\n{}\n{list}",
        form(&reader, &query, &params, &services)
    );
    whole(&reader, StatusCode::OK, title, &main)
}

async fn find(collector: &Collector, params: &Params) -> Result<(Query, Vec<Summary>), Error> {
    let query = asked::query(params, now_ms())?;
    let found = collector.search(query.clone(), sum_all_up).await?;
    Ok((query, found))
}

fn sum_all_up(traces: Vec<Spans>, asker: &Asker) -> Result<Vec<Summary>, Gone> {
    let mut summaries = Vec::new();
    for spans in traces {
        asker.still_waits()?;
        summaries.extend(zipkin::summary(spans.iter(), MAX_SERVICES));
    }
    Ok(summaries)
}

fn form(reader: &Reader, query: &Query, params: &Params, services: &[String]) -> String {
    let root = reader.root;
    let value = |name| Attribute(params.get(name).unwrap_or_default());
    let rest = unoffered(reader, services.len());
    let services: String = services
        .iter()
        .take(MAX_OFFERED)
        .map(|service| format!(r#"<option value="{}">"#, Attribute(service)))
        .collect();
    format!(
        r#"<form class="search" action="{root}" role="search">
<label>Service <input name="serviceName" list="services" value="{}" autocomplete="off" dir="auto"></label>
<label>Span name <input name="spanName" value="{}" autocomplete="off" dir="auto"></label>
<label>Tag or annotation <input name="annotationQuery" value="{}" placeholder="error, or orderId=1" autocomplete="off" dir="auto"></label>
<label>At least <input name="minDuration" value="{}" placeholder="100ms, 2s, or µs" autocomplete="off" dir="auto"></label>
<button>Search</button>
{}<datalist id="services">{services}</datalist>
</form>{rest}"#,
        value("serviceName"),
        value("spanName"),
        value("annotationQuery"),
        value("minDuration"),
        asked::beyond_form(query, params),
    )
}

fn unoffered(reader: &Reader, services: usize) -> String {
    let root = reader.root;
    if services <= MAX_OFFERED {
        return String::new();
    }
    format!(
        r#"
<p class="hint">The form offers the first {MAX_OFFERED} of {services} services. <a href="{root}api/v2/services">All of them, as JSON</a></p>"#
    )
}

fn table(reader: &Reader, traces: &[Summary]) -> String {
    let longest = traces
        .iter()
        .filter_map(|trace| trace.times.duration)
        .max()
        .unwrap_or_default();
    let rows: String = traces.iter().map(|trace| row(reader, trace, longest)).collect();
    format!(
        r#"<table class="traces">
<thead><tr><th scope="col">Started (UTC)</th><th scope="col">Trace</th><th scope="col" class="number wide">Spans</th><th scope="col" class="number">Duration</th><th scope="col" class="number">Errors</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"#
    )
}

fn row(reader: &Reader, trace: &Summary, longest: u64) -> String {
    let root = reader.root;
    let duration = u128::from(trace.times.duration.unwrap_or_default());
    format!(
        r#"<tr>
<td><time>{started}</time></td>
<th scope="row"><a href="{root}traces/{id}">{title}</a><span class="services">{services}</span></th>
<td class="number wide">{spans}</td>
<td class="number">{took}<svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="{share}" height="4"/></svg></td>
<td class="number">{errors}</td>
</tr>
"#,
        started = started(&trace.times),
        id = trace.trace_id,
        title = title(&trace.service, &trace.name),
        services = services::chips(
            reader,
            &trace.services,
            trace.service_count,
            MAX_SERVICES,
            trace.trace_id
        ),
        spans = trace.spans,
        took = trace.times.took_in_short(),
        share = 100 * duration / u128::from(longest.max(1)),
        errors = match trace.errors {
            0 => "0".into(),
            errors => format!(r#"<strong class="error">{errors}</strong>"#),
        },
    )
}

fn nothing_yet(reader: &Reader, headers: &HeaderMap) -> String {
    let root = reader.root;
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
