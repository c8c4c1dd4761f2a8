//! `/dependencies`: who calls whom, as a drawing and as a table.

use axum::{extract::State, http::StatusCode, response::Response};
use zipkin::DependencyLink;

use super::{
    grouped::grouped,
    layout::{broken, whole},
    markup::path_segment,
    reader::Reader,
    services::chip,
    twin, window,
};
use crate::{Collector, clock::now_ms, error::Error, params::Params};

/// Where each service stands.
mod places;

/// The drawing.
mod drawing;

/// More links than these of the most calls are not shown.
const MAX_LINKS: usize = 400;

/// `GET /dependencies`
pub async fn page(State(collector): State<Collector>, reader: Reader, params: Params) -> Response {
    let title = reader.say("Dependencies");
    let (links, name) = match find(&collector, &params).await {
        Ok(found) => found,
        Err(error @ (Error::Internal | Error::Timeout)) => return broken(&reader, title, error),
        Err(error) => {
            let wrong = window::wrong(&reader, &params, &error, now_ms());
            return around(&reader, error.status(), "", &wrong);
        }
    };
    let body = if links.is_empty() {
        nothing(&reader)
    } else {
        drawn(&reader, links)
    };
    around(&reader, StatusCode::OK, &name, &body)
}

/// The page around its body, with the windows to choose from.
fn around(reader: &Reader, status: StatusCode, window: &str, body: &str) -> Response {
    let title = reader.say("Dependencies");
    let main = format!(
        r#"<h1>{title}</h1>
{}
{body}
<script type="module" src="{}scripts/view.js"></script>"#,
        window::links(reader, "dependencies", window),
        reader.root,
    );
    whole(reader, status, title, &main)
}

/// `GET /dependencies.json`
pub async fn json(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let (links, _) = find(&collector, &params).await?;
    Ok(twin::json(&links))
}

async fn find(collector: &Collector, params: &Params) -> Result<(Vec<DependencyLink>, String), Error> {
    let (query, name) = window::of(params, now_ms())?;
    let range = query.end_ts.saturating_sub(query.lookback)..=query.end_ts;
    let links = collector
        .work(move |store, asker| store.links(&range, asker))
        .await?;
    Ok((links, name))
}

fn drawn(reader: &Reader, mut links: Vec<DependencyLink>) -> String {
    links.sort_by_key(|link| std::cmp::Reverse(link.call_count));
    let all = links.len();
    links.truncate(MAX_LINKS);
    let rest = if all > MAX_LINKS {
        let text = reader.fill(
            "The {shown} links with the most calls of {all}.",
            &[("shown", &MAX_LINKS), ("all", &all)],
        );
        let link = reader.say("All of them, as JSON");
        format!(
            "<p class=\"hint\">{text} <a href=\"{}dependencies.json\">{link}</a></p>\n",
            reader.root
        )
    } else {
        String::new()
    };
    let hint = reader.say("Wider lines are more calls; dashed red ones have errors, with their share. A service leads to its traces.");
    format!(
        "<p class=\"hint\">{hint}</p>\n{rest}{}\n{}",
        drawing::svg(reader, &links),
        table(reader, &links)
    )
}

fn table(reader: &Reader, links: &[DependencyLink]) -> String {
    let rows: String = links.iter().map(|link| row(reader, link)).collect();
    format!(
        r#"<table class="links" data-arrows><thead><tr><th scope="col">{}</th><th scope="col" class="number">{}</th><th scope="col" class="number">{}</th></tr></thead>
<tbody>{rows}</tbody></table>"#,
        reader.say("Who calls whom"),
        reader.say("Calls"),
        reader.say("Errors"),
    )
}

fn row(reader: &Reader, link: &DependencyLink) -> String {
    let errors = match link.error_count {
        0 => "0".to_owned(),
        errors => format!(
            r#"<strong class="error">{} ({} %)</strong>"#,
            grouped(errors),
            drawing::percent(link)
        ),
    };
    format!(
        r#"<tr><th scope="row"><a href="{}?serviceName={}&amp;remoteServiceName={}">{}→ {}</a></th><td class="number">{}</td><td class="number">{errors}</td></tr>
"#,
        reader.root,
        path_segment(&link.parent),
        path_segment(&link.child),
        chip(&link.parent),
        chip(&link.child),
        grouped(link.call_count),
    )
}

fn nothing(reader: &Reader) -> String {
    format!(
        r#"<section class="empty"><p>{} <a href="{}dependencies?lookback=all">{}</a></p>
<pre>curl -H 'userid: terry' http://127.0.0.1:8081/orders/1</pre></section>"#,
        reader.say("No service called another in this window. Look at all of them, or send a request:"),
        reader.root,
        reader.say("all"),
    )
}
