//! For each service, the rules of the Instrumentation Score that spans can be judged by.

use zipkin::score::{Judged, Rule, SPECIFIED, Score};

use super::super::{language::message, markup::short_span, reader::Reader, services::chip};

/// More services than this nobody reads.
const MAX_SERVICES: usize = 100;

/// The demand of a rule.
fn asks(rule: &str) -> &'static str {
    match rule {
        "RES-005" => message("each span names its service"),
        "SPA-001" => message("at most 10 internal spans of a service in a trace"),
        "SPA-002" => message("the parent of each span is there"),
        "SPA-004" => message("no trace begins with a client's span"),
        _ => message("at most 20 spans of a trace took less than 5 ms"),
    }
}

/// The services with what failed; nothing where none was seen.
pub fn section(reader: &Reader, scores: &[Score]) -> String {
    let rows: String = scores
        .iter()
        .take(MAX_SERVICES)
        .map(|score| row(reader, score))
        .collect();
    let partial = reader.fill(
        "Partial: {judged} of the {all} rules can be judged by spans, so that the full score may be another.",
        &[("judged", &Rule::ALL.len()), ("all", &SPECIFIED)],
    );
    format!(
        r#"<section aria-labelledby="score"><h2 id="score">{}</h2>
<p class="hint">{partial} <code>github.com/instrumentation-score/spec</code></p>
<table class="scores"><thead><tr><th scope="col">{}</th><th scope="col" class="number">{}</th><th scope="col">{}</th></tr></thead>
<tbody>{rows}</tbody></table></section>"#,
        reader.say("How well each service is instrumented"),
        reader.say("Service"),
        reader.say("Score (partial)"),
        reader.say("Rules"),
    )
}

fn row(reader: &Reader, score: &Score) -> String {
    let service = if score.service.is_empty() {
        format!("<i>{}</i>", reader.words().no_service)
    } else {
        chip(&score.service)
    };
    let rules: String = score.rules.iter().map(|rule| judged(reader, rule)).collect();
    format!(
        "<tr><th scope=\"row\">{service}</th><td class=\"number\">{:.0}</td><td><ul class=\"rules\">{rules}</ul></td></tr>\n",
        score.score
    )
}

fn judged(reader: &Reader, rule: &Judged) -> String {
    let asks = reader.say(asks(rule.rule));
    if rule.passed {
        return format!(r#"<li>✓ {} <span class="name">{asks}</span></li>"#, rule.rule);
    }
    let spans = reader.fill("spans that fail: {count}", &[("count", &rule.failing)]);
    let link = |failing: &zipkin::score::Failing| {
        let short = short_span(&failing.span_id);
        format!(
            r#"<a href="{}traces/{}/spans/{}"><code>{short}</code></a>"#,
            reader.root, failing.trace_id, failing.span_id
        )
    };
    let links: Vec<String> = rule.examples.iter().map(link).collect();
    format!(
        r#"<li class="error">✗ {} <span class="name">{asks}</span> · {spans} {}</li>"#,
        rule.rule,
        links.join(" ")
    )
}
