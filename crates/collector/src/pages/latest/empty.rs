//! The text of a list without rows, and the next step.

use super::super::{
    markup::{Text, name, path_segment},
    reader::Reader,
};

const NOBODY: &str = "127.0.0.1:9411";

/// The collector has just started.
pub fn nothing_yet(reader: &Reader, host: Option<&str>) -> String {
    let host = Text(host.unwrap_or(NOBODY));
    format!(
        r#"<section class="empty">
<h2>{}</h2>
<p>{}</p>
<pre>curl -H 'userid: terry' http://127.0.0.1:8081/orders/1</pre>
<p>{} <a href="{}">{}</a></p>
<pre>curl http://{host}/api/v2/spans -H 'content-type: application/json' -d '[{{
  "traceId": "463ac35c9f6413ad", "id": "463ac35c9f6413ad", "kind": "SERVER", "name": "get /hello",
  "timestamp": '$(date +%s)'000000, "duration": 1500, "localEndpoint": {{"serviceName": "hello"}}
}}]'</pre>
</section>"#,
        reader.say("Nothing here yet"),
        reader.say("A request through the three hops makes a trace:"),
        reader.say("So does any span that you send here yourself:"),
        reader.root,
        reader.say("Look again"),
    )
}

/// The search found none: perhaps a service was meant.
pub fn nothing_found(reader: &Reader, host: Option<&str>, service: Option<&str>) -> String {
    let host = Text(host.unwrap_or(NOBODY));
    let meant = service.map(|service| {
        let traces = reader.fill("traces of the service {service}", &[("service", &name(service))]);
        format!(
            "<p>{} <a href=\"{}?serviceName={}\">{traces}</a></p>\n",
            reader.say("Perhaps you meant:"),
            reader.root,
            path_segment(service)
        )
    });
    format!(
        r#"<section class="empty">
<p>{} {} <a href="{}">{}</a></p>
{}<p>{}</p>
<pre>curl http://{host}/api/v2/services</pre>
</section>"#,
        reader.say("No trace matches."),
        reader.say("Take a condition away, or look further back."),
        reader.root,
        reader.say("Show the latest"),
        meant.unwrap_or_default(),
        reader.say("The services that have sent spans:"),
    )
}
