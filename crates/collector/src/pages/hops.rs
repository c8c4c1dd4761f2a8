//! What each remote call cost: the client's wait, the server's time, and the network between them.

use zipkin::{
    Hop, Waterfall,
    words::{self, HOP_COLUMNS, HOP_HINT},
};

use super::markup::{Isolated, name_or};

/// More than these nobody reads.
const MAX_HOPS: usize = 200;

/// The hop table with its heading; nothing where no service calls another.
pub fn section(trace: &Waterfall) -> String {
    let hops = zipkin::hops(trace);
    if hops.is_empty() {
        return String::new();
    }
    let rows: String = hops.iter().take(MAX_HOPS).map(row).collect();
    let columns = HOP_COLUMNS.map(|name| format!(r#"<th scope="col" class="number">{name}</th>"#));
    format!(
        r#"<section aria-labelledby="hops">
<h2 id="hops">Hops</h2>
<p class="hint">{HOP_HINT}</p>
<table class="hops">
<thead><tr><th scope="col">hop</th>{columns}</tr></thead>
<tbody>
{rows}</tbody>
</table>
{rest}</section>"#,
        columns = columns.concat(),
        rest = rest(trace, hops.len()),
    )
}

fn row(hop: &Hop) -> String {
    let caller = match &hop.caller {
        Some(caller) => Isolated(caller).to_string(),
        None => format!("<i>{}</i>", hop.caller_or_why()),
    };
    let error = if hop.error {
        r#" <strong class="error">error</strong>"#
    } else {
        ""
    };
    format!(
        r#"<tr><th scope="row">{caller} → {} <span class="name">{}</span>{error}</th>{}{}{}{}</tr>
"#,
        name_or(&hop.callee, words::NOT_REPORTED),
        name_or(&hop.name, words::NO_NAME),
        cell(hop.client_us),
        cell(hop.server_us),
        cell(hop.network_us),
        cell(hop.self_us)
    )
}

fn cell(micros: Option<u64>) -> String {
    let text = micros.map_or_else(|| words::UNKNOWN.into(), words::duration);
    format!(r#"<td class="number">{text}</td>"#)
}

fn rest(trace: &Waterfall, hops: usize) -> String {
    if hops <= MAX_HOPS {
        return String::new();
    }
    let id = trace.trace_id;
    format!("<p>The first {MAX_HOPS} of {hops} hops. All of them: <code>hop trace {id} --json</code></p>\n")
}
