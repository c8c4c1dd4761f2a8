//! The search form: one box for what people have, and fields for the rest, kept as they were when a value is wrong.

use zipkin::Query;

use super::{
    asked,
    markup::{Attribute, Text},
    mistakes::Mistakes,
    reader::Reader,
};
use crate::params::Params;

/// More services than this the form does not offer.
const MAX_OFFERED: usize = 500;

/// The fields below the box: name, label and an example.
fn fields(reader: &Reader) -> [(&'static str, &'static str, &'static str); 7] {
    [
        ("serviceName", reader.say("Service"), ""),
        ("remoteServiceName", reader.say("Called service"), ""),
        ("spanName", reader.say("Span name"), ""),
        ("minDuration", reader.say("At least"), "5ms"),
        ("maxDuration", reader.say("At most"), "2s"),
        ("lookback", reader.say("Within the last"), "15m"),
        ("limit", reader.say("Traces at most"), "20"),
    ]
}

/// The form. `query` is the search that it asks for, where that makes sense.
pub fn form(
    reader: &Reader,
    query: Option<&Query>,
    params: &Params,
    mistakes: &Mistakes,
    services: &[String],
) -> String {
    let fields = fields(reader);
    let is_used = |(name, ..): &(&str, &str, &str)| params.get(name).is_some_and(|value| !value.is_empty());
    let open = if fields.iter().any(is_used) { " open" } else { "" };
    let names: Vec<&str> = fields.iter().map(|(name, ..)| *name).chain(["q"]).collect();
    let elsewhere = mistakes
        .elsewhere(&names)
        .map(|(name, why)| format!("<p class=\"mistake\">{}: {}</p>\n", Text(name), Text(why)));
    format!(
        r#"<form class="search" action="{root}" role="search">
<div class="box"><label for="q">{find}</label>
<input id="q" name="q" value="{q}" placeholder="userId=kim and error" autocomplete="off" autocapitalize="none" spellcheck="false" dir="auto"{described}>
<button>{search}</button></div>
{mistake}<p class="hint" id="q-hint">{hint}</p>
{elsewhere}<div class="sort"><label for="sort">{order}</label>
<select id="sort" name="sort"><option value="latest">{latest}</option><option value="longest"{longest_chosen}>{longest}</option></select></div>
<details{open}><summary>{more}</summary><div class="fields">
{drawn}</div></details>
{beyond}{datalist}
</form>{unoffered}"#,
        root = reader.root,
        find = reader.say("Find"),
        q = Attribute(params.get("q").unwrap_or_default()),
        described = described("q", mistakes),
        search = reader.say("Search"),
        mistake = mistake("q", mistakes),
        hint = reader.say("A trace id or its first 8 digits, a traceparent or b3 header, a log line, a tag or several: http.status_code=500 and minDuration=5ms"),
        elsewhere = elsewhere.collect::<String>(),
        order = reader.say("Order"),
        latest = reader.say("Latest first"),
        longest = reader.say("Longest first"),
        longest_chosen = if params.get("sort") == Some("longest") { " selected" } else { "" },
        more = reader.say("More conditions"),
        drawn = fields.iter().map(|field| drawn(field, params, mistakes)).collect::<String>(),
        beyond = asked::beyond_form(reader, query, params),
        datalist = datalist(services),
        unoffered = unoffered(reader, services.len()),
    )
}

fn drawn((name, label, example): &(&str, &str, &str), params: &Params, mistakes: &Mistakes) -> String {
    let list = if name.ends_with("erviceName") {
        r#" list="services""#
    } else {
        ""
    };
    format!(
        r#"<div><label for="{name}">{label}</label><input id="{name}" name="{name}" value="{}" placeholder="{example}" autocomplete="off" dir="auto"{list}{}>{}</div>
"#,
        Attribute(params.get(name).unwrap_or_default()),
        described(name, mistakes),
        mistake(name, mistakes),
    )
}

fn described(name: &str, mistakes: &Mistakes) -> String {
    let hint = if name == "q" { " q-hint" } else { "" };
    match mistakes.with(name) {
        Some(_) => format!(r#" aria-invalid="true" aria-describedby="{name}-mistake{hint}""#),
        None if name == "q" => r#" aria-describedby="q-hint""#.to_owned(),
        None => String::new(),
    }
}

fn mistake(name: &str, mistakes: &Mistakes) -> String {
    let text = mistakes.with(name).map(Text);
    text.map_or_else(String::new, |text| {
        format!(r#"<p class="mistake" id="{name}-mistake">{text}</p>"#)
    })
}

fn datalist(services: &[String]) -> String {
    let offered = services.iter().take(MAX_OFFERED);
    let options: String = offered
        .map(|service| format!(r#"<option value="{}">"#, Attribute(service)))
        .collect();
    format!(r#"<datalist id="services">{options}</datalist>"#)
}

fn unoffered(reader: &Reader, services: usize) -> String {
    if services <= MAX_OFFERED {
        return String::new();
    }
    let text = reader.fill(
        "The form offers the first {shown} of {all} services.",
        &[("shown", &MAX_OFFERED), ("all", &services)],
    );
    let link = reader.say("All of them, as JSON");
    format!(
        "\n<p class=\"hint\">{text} <a href=\"{}api/v2/services\">{link}</a></p>",
        reader.root
    )
}
