//! Alike lines together: of one service and level, with messages that differ in numbers and ids alone.

use std::collections::HashMap;

use super::{
    asked::{GROUPED, with},
    bound::OF_PAGE,
    table,
};
use crate::{
    lines::{Found, Level, Line},
    pages::{grouped::grouped, reader::Reader},
    params::Params,
};

/// Groups that are shown.
const MAX_GROUPS: usize = 200;

/// Characters of a message that tell groups apart.
const MAX_SHAPE: usize = 200;

/// Alike lines.
pub struct Group<'a> {
    /// The number of lines.
    pub count: usize,
    /// The latest of them.
    pub latest: &'a Line,
}

/// Lines of one key are alike.
type Key<'a> = (&'a str, Option<Level>, String);

/// The groups of these lines, the largest first; of those of one size the latest first.
pub fn of(found: &Found) -> Vec<Group<'_>> {
    let mut groups: HashMap<Key<'_>, Group<'_>> = HashMap::new();
    for line in &found.lines {
        let key = (&*line.service, line.level, shape(&line.message));
        let group = groups.entry(key).or_insert(Group {
            count: 0,
            latest: line,
        });
        group.count += 1;
        group.latest = line;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.count, group.latest.time, group.latest.number)));
    groups.truncate(MAX_GROUPS);
    groups
}

/// The message without what differs from request to request: words with a digit in them.
fn shape(message: &str) -> String {
    let mut shape = String::new();
    for part in message.split_inclusive(|c: char| !c.is_alphanumeric()) {
        if shape.len() > MAX_SHAPE {
            break;
        }
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let end = part.get(word.len()..).unwrap_or_default();
        let is_number = word.contains(|c: char| c.is_ascii_digit());
        shape.push_str(if is_number { "0" } else { word });
        shape.push_str(end);
    }
    shape
}

/// The groups as a table.
pub fn table(reader: &Reader, params: &Params, found: &Found) -> String {
    let groups = of(found);
    let mut room = OF_PAGE;
    let rows = groups.iter().map(|group| row(reader, group));
    let rows: Vec<String> = rows.take_while(|row| room.takes(row)).collect();
    let left_out = match groups.len() - rows.len() {
        0 => String::new(),
        count => reader.fill(
            " Smaller groups that are left out here, since messages are long: {count}.",
            &[("count", &count)],
        ),
    };
    let said = reader.fill(
        "{count} lines in {groups} groups, the largest first.",
        &[("count", &found.lines.len()), ("groups", &groups.len())],
    );
    format!(
        r#"<p class="hint">{said}{left_out} <a href="{root}logs?{all}">{show}</a></p>
<table class="lines" data-arrows>
<thead><tr><th scope="col" class="number">{lines}</th><th scope="col">{level}</th><th scope="col">{service}</th><th scope="col">{message}</th><th scope="col">{trace}</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"#,
        rows = rows.concat(),
        root = reader.root,
        all = with(params, GROUPED, ""),
        show = reader.say("Show all lines"),
        lines = reader.say("Lines"),
        level = reader.say("Level"),
        service = reader.say("Service"),
        message = reader.say("Message"),
        trace = reader.say("Trace"),
    )
}

fn row(reader: &Reader, group: &Group<'_>) -> String {
    let line = group.latest;
    format!(
        r#"<tr><td class="number">{}</td><td>{}</td><td>{}</td><th scope="row">{}</th><td>{}</td></tr>
"#,
        grouped(group.count),
        table::level(reader, line),
        table::service(line),
        table::message(reader, line),
        table::trace(reader, line),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_differ_in_numbers_and_ids_are_alike() {
        for (message, alike) in [
            ("order 12 of 3", "order 0 of 0"),
            ("took 1.5ms", "took 0.0"),
            ("id 463ac35c9f6413ad: gone", "id 0: gone"),
            ("no number", "no number"),
            ("주문 7건", "주문 0"),
            ("", ""),
        ] {
            assert_eq!(shape(message), alike);
        }
    }
}
