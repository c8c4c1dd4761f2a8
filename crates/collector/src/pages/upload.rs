//! The form that sends a trace file, and what is said of files that cannot be shown.

use axum::{http::StatusCode, response::Response};

use super::{layout::whole, markup::Text, reader::Reader};

/// Sentences about a file.
#[derive(Debug)]
pub enum Sayings {
    /// A page of another site sent it.
    Foreign,
    /// Another is on its way.
    Busy,
    /// It is too large.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// The form had none.
    NoFile,
    /// It has no spans.
    Empty,
    /// It looks like no format that is read.
    Unknown,
    /// It is not in the format that it looks like, for this reason.
    Unread(String),
    /// It is kept no more.
    Gone,
}

/// The page with the form.
pub fn upload_form(reader: &Reader, status: StatusCode, said: Option<Sayings>) -> Response {
    let title = reader.say("Open a trace file");
    let said = said.map_or_else(String::new, |said| {
        format!(
            "<p class=\"mistake\" role=\"alert\">{}</p>",
            Text(&words(reader, &said))
        )
    });
    let main = format!(
        r#"<h1>{title}</h1>
{said}
<p>{}</p>
<form class="upload" action="{root}uploads" method="post" enctype="multipart/form-data">
<label for="file">{}</label><input id="file" type="file" name="file" accept=".json,application/json" required>
<button>{}</button>
</form>
<p class="hint">{}</p>
<pre>curl -i -H 'content-type: application/json' --data-binary @trace.json http://127.0.0.1:9411/uploads</pre>"#,
        reader.say("JSON of Zipkin (version 1 or 2), Jaeger or OpenTelemetry, 64 MiB at most. It is kept apart from the live traces, in memory, for an hour; the four latest files are."),
        reader.say("File"),
        reader.say("Open"),
        reader.say("From a terminal; the address is in Location:"),
        root = reader.root,
    );
    whole(reader, status, title, &main)
}

fn words(reader: &Reader, said: &Sayings) -> String {
    let text =
        match said {
            Sayings::Foreign => reader.say(
                "A page of another site may not send files here. Open this page itself, and choose the file.",
            ),
            Sayings::Busy => reader.say("Another file is being read. Try again in a moment."),
            Sayings::TooLarge => reader
                .say("The file is too large: 64 MiB and 500,000 spans at most. Take some traces out of it."),
            Sayings::TooSlow => reader.say("The file did not come within a minute. Try again."),
            Sayings::NoFile => reader.say("No file was chosen."),
            Sayings::Empty => reader.say("The file has no spans."),
            Sayings::Unknown => reader.say(
                "The file is in none of these formats: Zipkin's is a list, OpenTelemetry's has resourceSpans, Jaeger's has data.",
            ),
            Sayings::Gone => reader
                .say("This file is kept no more: files go after an hour, or for later ones. Open it again."),
            Sayings::Unread(why) => return reader.fill("The file cannot be read: {why}", &[("why", why)]),
        };
    text.to_owned()
}
