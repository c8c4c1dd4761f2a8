//! The keys that the script knows, as a list that `?` opens.

use crate::pages::{language::message, reader::Reader};

/// Key, and what it does.
const KEYS: [(&str, &str); 6] = [
    ("j k ↓ ↑", message("the next row, the row before")),
    (
        "Enter",
        message("opens and closes a row, or shows what is folded"),
    ),
    ("→ ←", message("opens a row, closes it")),
    ("Home End", message("the first row, the last")),
    ("/", message("finds a text in this trace")),
    ("?", message("this list")),
];

/// The list, which is closed, and the button that opens it once the script runs.
pub fn dialog(reader: &Reader) -> String {
    let rows = KEYS.map(|(keys, does)| {
        let keys: Vec<String> = keys.split(' ').map(|key| format!("<kbd>{key}</kbd>")).collect();
        format!(
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            keys.join(" "),
            reader.say(does)
        )
    });
    format!(
        r#"<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">{heading}</h2>
<dl class="keys">
{}</dl>
<form method="dialog"><button autofocus>{close}</button></form></dialog>
"#,
        rows.concat(),
        heading = reader.say("Keys"),
        close = reader.say("Close"),
    )
}

/// The button; hidden until the script shows it.
pub fn button(reader: &Reader) -> String {
    format!(
        r#"<button type="button" class="keys-button" hidden aria-keyshortcuts="?">{}</button>"#,
        reader.say("Keys")
    )
}
