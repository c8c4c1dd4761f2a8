//! The result of a comparison: the answer, and each position before and after.

use zipkin::{
    analysis::{Comparison, Position},
    words,
};

use super::super::{
    markup::name_or,
    reader::Reader,
    sentence::Names,
    services::{chip, colour},
};

/// More positions than this nobody reads.
const MAX_ROWS: usize = 100;

/// The answer, then the positions.
pub fn section(reader: &Reader, [before, after]: [usize; 2], comparison: &Comparison) -> String {
    let longest = comparison
        .positions
        .iter()
        .flat_map(|position| [position.before_us, position.after_us]);
    let longest = longest.flatten().max().unwrap_or_default().max(1);
    let guilty = comparison.guilty();
    let rows: String = comparison
        .positions
        .iter()
        .take(MAX_ROWS)
        .map(|position| {
            row(
                reader,
                position,
                longest,
                guilty.is_some_and(|guilty| std::ptr::eq(guilty, position)),
            )
        })
        .collect();
    let counts = reader.fill(
        "Traces: {before} before, {after} after. Times are medians.",
        &[("before", &before), ("after", &after)],
    );
    let heads = [
        reader.say("Before"),
        reader.say("After"),
        reader.say("Difference"),
    ];
    let heads = heads
        .map(|head| format!(r#"<th scope="col" class="number">{head}</th>"#))
        .concat();
    let table = if rows.is_empty() {
        String::new()
    } else {
        format!(
            r#"<table class="positions"><thead><tr><th scope="col">{}</th>{heads}<th scope="col">{}</th></tr></thead>
<tbody>{rows}</tbody></table>"#,
            reader.say("Position in the trace"),
            reader.say("Before above, after below"),
        )
    };
    format!(
        r#"<section aria-labelledby="answer"><h2 id="answer" class="hidden">{}</h2>
<p class="answer">{}</p>
<p class="hint">{counts}</p>
{roots}
{table}</section>"#,
        reader.say("Answer"),
        sentence(comparison, guilty),
        roots = roots(reader, comparison),
    )
}

/// The answer with its names.
fn sentence(comparison: &Comparison, guilty: Option<&Position>) -> String {
    let names = guilty
        .into_iter()
        .flat_map(|position| [position.service.as_str(), &position.name]);
    Names::of(names).sentence(&comparison.answer)
}

fn roots(reader: &Reader, comparison: &Comparison) -> String {
    let others = comparison.roots.iter().filter(|root| !root.is_compared()).count();
    if others == 0 {
        return String::new();
    }
    let text = reader.fill(
        "{count} roots are on one side alone, and are not compared.",
        &[("count", &others)],
    );
    format!("<p class=\"hint\">{text}</p>")
}

fn row(reader: &Reader, position: &Position, longest: u64, is_guilty: bool) -> String {
    let time =
        |time: Option<u64>| time.map_or_else(|| words::UNKNOWN.to_owned(), |time| reader.duration(time));
    let sign = match position.difference_us {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    let class = match position.difference_us {
        1.. => "longer",
        0 => "",
        _ => "shorter",
    };
    let mark = if is_guilty { r#" class="guilty""# } else { "" };
    format!(
        r#"<tr{mark}><th scope="row">{} <span class="name">{}</span></th><td class="number" data-name="{}">{}</td><td class="number" data-name="{}">{}</td><td class="number {class}" data-name="{}">{sign}{}</td><td class="drawn">{}</td></tr>
"#,
        chip(&position.service),
        name_or(&position.name, reader.words().no_name),
        reader.say("Before"),
        time(position.before_us),
        reader.say("After"),
        time(position.after_us),
        reader.say("Difference"),
        reader.duration(position.difference_us.unsigned_abs()),
        bars(position, longest),
    )
}

fn bars(position: &Position, longest: u64) -> String {
    let width = |time: Option<u64>| 1000.0 * time.unwrap_or_default() as f64 / longest as f64;
    let class = colour(&position.service);
    format!(
        r#"<svg class="pair" viewBox="0 0 1000 18" preserveAspectRatio="none" aria-hidden="true"><rect class="{class} was" width="{:.1}" height="8"/><rect class="{class}" y="10" width="{:.1}" height="8"/></svg>"#,
        width(position.before_us),
        width(position.after_us)
    )
}
