//! The page: a table in the order in which learners came, so that nothing moves when it is read again.

use std::fmt::Write as _;

use super::shown::{Shown, ShownRow};
use crate::{language::Lang, texts::Texts, told::State};

/// The browser asks again after so many seconds.
const AGAIN: u32 = 5;

/// The whole page.
pub fn page(shown: &Shown, words: &Texts, lang: Lang) -> String {
    let word = |name: &str| escaped(words.get(name));
    let counts = words.with(
        "board-counts",
        &[
            ("learners", &shown.learners.to_string()),
            ("stuck", &shown.stuck.to_string()),
            ("passed", &shown.passed.to_string()),
            ("silent", &shown.silent.to_string()),
        ],
    );
    let mut rows = String::new();
    for row in &shown.rows {
        rows.push_str(&table_row(row, words));
    }
    let code = match lang {
        Lang::En => "en",
        Lang::Ko => "ko",
    };
    format!(
        r#"<!doctype html>
<html lang="{code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{AGAIN}">
<title>{title} · Three Hops</title>
<link rel="stylesheet" href="/board.css">
</head>
<body>
<main>
<h1>{title}</h1>
<p class="counts">{counts}</p>
<table>
<thead><tr><th class="who" scope="col">{who}</th><th class="lesson" scope="col">{lesson}</th><th class="minutes number" scope="col">{minutes}</th><th class="checks number" scope="col">{checks}</th><th class="state" scope="col">{state}</th><th class="said" scope="col">{said}</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
{meanings}<p class="hint">{legend}</p>
</main>
</body>
</html>
"#,
        title = word("board-title"),
        counts = escaped(&counts),
        who = word("board-who"),
        lesson = word("board-lesson"),
        minutes = word("board-minutes"),
        checks = word("board-checks"),
        state = word("board-state"),
        said = word("board-said"),
        legend = word("board-legend"),
        meanings = meanings(shown, words),
    )
}

fn table_row(row: &ShownRow, words: &Texts) -> String {
    let mut state = escaped(words.get(match row.state {
        State::Working | State::Left => "board-working",
        State::Failed => "board-failed",
        State::Passed => "board-passed",
    }));
    if row.is_stuck {
        let _ = write!(
            state,
            r#" <b class="stuck">{}</b>"#,
            escaped(words.get("board-stuck"))
        );
    }
    if let Some(minutes) = row.silent_minutes {
        let silent = words.with("board-silent", &[("minutes", &minutes.to_string())]);
        let _ = write!(state, r#" <i>{}</i>"#, escaped(&silent));
    }
    let name = if row.name.trim().is_empty() {
        format!("<i>{}</i>", escaped(words.get("board-nameless")))
    } else {
        format!("<bdi>{}</bdi>", escaped(&row.name))
    };
    format!(
        r#"<tr{class}><th class="who" scope="row"><span class="place">{number}</span> {name}</th><td class="lesson"><span>{title}</span></td><td class="minutes number">{minutes}</td><td class="checks number">{checks}</td><td class="state">{state}</td><td class="said"><code>{message}</code></td></tr>
"#,
        class = if row.is_stuck { r#" class="is-stuck""# } else { "" },
        number = row.number,
        title = escaped(&row.title),
        minutes = row.minutes,
        checks = row.failed_checks,
        message = escaped(&row.message),
    )
}

/// The diagnoses on the board, each once, below the table: a text of five lines in a row would move the others.
fn meanings(shown: &Shown, words: &Texts) -> String {
    let mut seen: Vec<(&str, &str)> = shown
        .rows
        .iter()
        .filter_map(|row| Some((row.message.as_str(), row.diagnosis.as_deref()?)))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    if seen.is_empty() {
        return String::new();
    }
    let mut list = format!("<h2>{}</h2>\n<dl>\n", escaped(words.get("board-meanings")));
    for (id, text) in seen {
        let _ = writeln!(
            list,
            "<dt><code>{}</code></dt><dd>{}</dd>",
            escaped(id),
            escaped(text)
        );
    }
    list + "</dl>\n"
}

/// Text that is never markup, whoever wrote it.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            // Those that would turn the text around.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => html.push('\u{fffd}'),
            _ => html.push(character),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_and_turns_nothing_around() {
        assert_eq!(escaped(r#"<b a="1">&'"#), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
        assert_eq!(escaped("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(escaped("김치 خدمة"), "김치 خدمة");
    }
}
