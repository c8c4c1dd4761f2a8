//! The sum of a day: for a person, or as JSON for a program.

use output::clean;
use serde_json::json;
use zipkin::DependencyLink;

use crate::{
    counted::Counted,
    elasticsearch::Written,
    numbers::{count, grouped},
};

/// For people: the links where they are not written, then one line that says what was done.
pub fn text(counted: &Counted, written: Option<&Written>, dry_run: bool) -> String {
    let day = counted.day;
    let mut lines: Vec<String> = Vec::new();
    if dry_run {
        lines.extend(counted.links.iter().map(line));
    }
    if counted.cut > 0 {
        lines.push(format!(
            "{day}: {} had more than Zipkin can answer; calls may be missing",
            count(counted.cut, "millisecond")
        ));
    }
    let done = match written {
        Some(written) => format!(" written to {}{}", written.to, removed(written)),
        None if dry_run => ", not written (--dry-run)".to_owned(),
        None => ", nothing changed".to_owned(),
    };
    let links = count(counted.links.len() as u64, "link");
    lines.push(format!(
        "{day}: {}, {links}{done}",
        count(counted.traces, "trace")
    ));
    lines.join("\n")
}

/// For programs, in one line.
pub fn json(counted: &Counted, written: Option<&Written>) -> String {
    json!({
        "day": counted.day.to_string(),
        "traces": counted.traces,
        "links": counted.links,
        "millisecondsCut": counted.cut,
        "writtenTo": written.map(|written| &written.to),
        "removed": written.map_or(0, |written| written.removed),
    })
    .to_string()
}

fn line(link: &DependencyLink) -> String {
    let failed = match link.error_count {
        0 => String::new(),
        errors => format!(", {} failed", grouped(errors)),
    };
    let (parent, child) = (clean(&link.parent), clean(&link.child));
    format!("{parent} → {child}: {}{failed}", count(link.call_count, "call"))
}

fn removed(written: &Written) -> String {
    match written.removed {
        0 => String::new(),
        removed => format!(", {} of an earlier run removed", grouped(removed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_says_what_was_done() {
        let link = DependencyLink {
            parent: "web\u{7}".into(),
            child: "app".into(),
            call_count: 1_204,
            error_count: 3,
        };
        let mut counted = Counted {
            day: "2026-11-24".parse().unwrap(),
            traces: 1_204,
            links: vec![link],
            cut: 0,
        };
        let mut written = Written {
            to: "http://es:9200/zipkin-dependency-2026-11-24".into(),
            removed: 0,
        };
        let line = "2026-11-24: 1,204 traces, 1 link written to http://es:9200/zipkin-dependency-2026-11-24";
        assert_eq!(text(&counted, Some(&written), false), line);
        written.removed = 2;
        assert_eq!(
            text(&counted, Some(&written), false),
            format!("{line}, 2 of an earlier run removed")
        );
        assert_eq!(
            text(&counted, None, true),
            "web\\u{7} → app: 1,204 calls, 3 failed\n2026-11-24: 1,204 traces, 1 link, not written (--dry-run)"
        );
        (counted.traces, counted.links, counted.cut) = (0, Vec::new(), 1);
        assert_eq!(
            text(&counted, None, false),
            "2026-11-24: 1 millisecond had more than Zipkin can answer; calls may be missing\n\
             2026-11-24: 0 traces, 0 links, nothing changed"
        );
    }
}
