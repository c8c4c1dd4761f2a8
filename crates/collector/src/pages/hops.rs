//! What each remote call cost: the client's wait, the server's time, and the network between them.

use zipkin::{Hop, Waterfall};

use super::{figures, markup::Text};

/// The hop table with its heading; nothing where no service calls another.
pub fn section(trace: &Waterfall) -> String {
    let rows: String = zipkin::hops(trace).iter().map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        r#"<section aria-labelledby="hops">
<h2 id="hops">Hops</h2>
<p class="hint">Network is what the client waited beyond the server's time. Own work is the server's time without what it waited for below.</p>
<table class="hops">
<thead><tr><th scope="col">Call</th><th scope="col" class="number">Client</th><th scope="col" class="number">Server</th><th scope="col" class="number">Network</th><th scope="col" class="number">Own work</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
</section>"#
    )
}

fn row(hop: &Hop) -> String {
    let caller = hop
        .caller
        .as_deref()
        .map_or_else(|| "<i>outside</i>".into(), |caller| Text(caller).to_string());
    let error = if hop.error {
        r#" <strong class="error">error</strong>"#
    } else {
        ""
    };
    format!(
        r#"<tr><th scope="row">{} → {} <span class="name">{}</span>{error}</th>{}{}{}{}</tr>
"#,
        caller,
        Text(&hop.callee),
        Text(&hop.name),
        cell(hop.client_us),
        cell(hop.server_us),
        cell(hop.network_us),
        cell(hop.self_us)
    )
}

fn cell(micros: Option<u64>) -> String {
    let text = micros.map_or_else(|| "–".into(), figures::duration);
    format!(r#"<td class="number">{text}</td>"#)
}
