//! The top of a trace's page: the answer, what is in doubt, and the facts.

use zipkin::{SpanId, TraceId, analysis::Finding};

use crate::{
    ZipkinUi,
    pages::{
        grouped::grouped,
        headline::{started, title},
        laid::Laid,
        markup::Attribute,
        reader::Reader,
        rows::MAX_LINES,
        sentence::Names,
        services,
        view::{Open, View},
    },
};

/// The costliest findings; the others open.
const FINDINGS: usize = 4;

/// More findings than this are in the JSON alone.
const MAX_FINDINGS: usize = 30;

/// More services than this are counted.
const MAX_SERVICES: usize = 30;

/// All that stands above the hops, in two parts: how this trace compares with others of its root stands between them.
pub fn section(reader: &Reader, laid: &Laid, zipkin: Option<&ZipkinUi>) -> [String; 2] {
    let (first, names) = (laid.row(0), names(laid));
    let (service, name) = first.map_or(("", ""), |row| (&row.service, &row.name));
    let [answer, findings] = answer(reader, laid, &names);
    [
        format!("<h1>{}</h1>\n{answer}", title(reader, service, name)),
        format!(
            "{findings}{}{}",
            doubts(reader, laid, &names),
            facts(reader, laid, zipkin)
        ),
    ]
}

fn answer(reader: &Reader, laid: &Laid, names: &Names<'_>) -> [String; 2] {
    let analysis = &laid.analysis;
    // The answer has some of them word for word.
    let (said, others): (Vec<&Finding>, Vec<&Finding>) = analysis
        .findings
        .iter()
        .partition(|finding| analysis.answer.contains(&finding.text));
    let item = |finding: &&Finding| {
        let text = names.sentence(&finding.text);
        format!("<li>{text}{}</li>\n", link(reader, laid, &finding.span_ids))
    };
    let (first, more) = others.split_at(others.len().min(FINDINGS));
    let first = list(first.iter().map(item).collect());
    let rest = if more.is_empty() {
        String::new()
    } else {
        let text = reader.fill("{count} more findings", &[("count", &more.len())]);
        let shown = list(more.iter().take(MAX_FINDINGS).map(item).collect());
        format!("<details class=\"more\"><summary>{text}</summary>\n{shown}</details>\n")
    };
    let said: Vec<String> = said.iter().flat_map(|finding| finding.span_ids.clone()).collect();
    let answer = format!(
        "<p class=\"answer\">{}{}</p>\n",
        names.sentence(&analysis.answer),
        link(reader, laid, &said),
    );
    [answer, first + &rest]
}

fn list(items: String) -> String {
    if items.is_empty() {
        return items;
    }
    format!("<ul class=\"findings\">\n{items}</ul>\n")
}

fn doubts(reader: &Reader, laid: &Laid, names: &Names<'_>) -> String {
    if laid.analysis.doubts.is_empty() {
        return String::new();
    }
    let items = laid.analysis.doubts.iter().map(|doubt| {
        let text = names.sentence(&doubt.text);
        format!("<li>{text}{}</li>\n", link(reader, laid, &doubt.span_ids))
    });
    format!(
        "<section class=\"doubts\" aria-labelledby=\"doubts\">\n<h2 id=\"doubts\">{}</h2>\n<ul>\n{}</ul>\n</section>\n",
        reader.say("In doubt"),
        items.collect::<String>(),
    )
}

/// Names that a sentence may have.
fn names(laid: &Laid) -> Names<'_> {
    let rows = || laid.trace.rows.iter();
    let remote = rows().filter_map(|row| row.span.remote_service());
    let own = laid.trace.services.iter().map(String::as_str);
    let spans = rows().map(|row| row.name.as_str());
    Names::of(own.chain(remote).chain(spans))
}

/// The way to the first span that shows it.
fn link(reader: &Reader, laid: &Laid, ids: &[String]) -> String {
    let Some(id) = ids.first() else {
        return String::new();
    };
    // In a large trace the row may be in a fold.
    let is_large = laid.trace.rows.len() > MAX_LINES;
    let open = SpanId::parse(id).ok().filter(|_| is_large);
    let query = open.map_or_else(String::new, |id| View::default().opened(Open::Span(id)).query());
    format!(" <a href=\"{query}#s-{id}\">{}</a>", reader.say("show"))
}

fn facts(reader: &Reader, laid: &Laid, zipkin: Option<&ZipkinUi>) -> String {
    let trace = &laid.trace;
    let (root, id) = (reader.root, trace.trace_id);
    let errors = trace.rows.iter().filter(|row| row.error.is_some()).count();
    let depth = trace
        .rows
        .iter()
        .map(|row| row.depth + 1)
        .max()
        .unwrap_or_default();
    let services = services::chips(reader, &trace.services, trace.services.len(), MAX_SERVICES, id);
    format!(
        r#"<dl class="facts">
<div><dt>{duration}</dt><dd>{took}</dd></div>
<div><dt>{start}</dt><dd>{started}</dd></div>
<div><dt>{spans}</dt><dd>{count}</dd></div>
<div><dt>{deep}</dt><dd>{depth}</dd></div>
<div><dt>{failed}</dt><dd{mark}>{errors}</dd></div>
<div><dt>{trace_id}</dt><dd><code>{id}</code></dd></div>
<div><dt>JSON</dt><dd><a href="{root}traces/{id}.json">{analysis}</a> · <a href="{root}api/v2/trace/{id}" download="{id}.json">{download}</a></dd></div>
{elsewhere}<div><dt>{names}</dt><dd>{services}</dd></div>
</dl>
"#,
        duration = reader.say("Duration"),
        took = took(reader, laid),
        start = reader.say("Started (UTC)"),
        started = started(reader, &trace.times),
        spans = reader.say("Spans"),
        count = grouped(trace.rows.len()),
        depth = grouped(depth),
        errors = grouped(errors),
        deep = reader.say("Depth"),
        failed = reader.say("Errors"),
        mark = if errors > 0 { r#" class="error""# } else { "" },
        trace_id = reader.say("Trace id"),
        analysis = reader.say("what this page says"),
        download = reader.say("download the spans"),
        elsewhere = zipkin.map_or_else(String::new, |zipkin| elsewhere(reader, zipkin, id)),
        names = reader.say("Services"),
    )
}

/// The way to the same trace in a real Zipkin.
fn elsewhere(reader: &Reader, zipkin: &ZipkinUi, id: TraceId) -> String {
    format!(
        "<div><dt>Zipkin</dt><dd><a href=\"{}\" rel=\"noreferrer\">{}</a></dd></div>\n",
        Attribute(&zipkin.trace(id)),
        reader.say("this trace there"),
    )
}

fn took(reader: &Reader, laid: &Laid) -> String {
    let times = &laid.trace.times;
    match times.duration.map(|took| reader.duration(took)) {
        Some(duration) if times.is_open => reader.fill(
            "at least {duration}, a root has not ended",
            &[("duration", &duration)],
        ),
        Some(duration) => duration,
        None if times.start.is_some() => reader.words().not_ended.to_owned(),
        None => reader.words().no_time.to_owned(),
    }
}
