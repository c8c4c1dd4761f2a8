//! Links and paths of the lessons' pages lead to files.

use std::{fs, path::Path};

use super::{LESSONS, places};

#[test]
fn links_of_lessons_lead_to_files_and_headings() {
    let mut found = 0;
    for lesson in LESSONS {
        let folder = places().lesson(lesson.folder);
        for name in ["README.md", "README.ko.md"] {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            for target in links(&text) {
                assert!(
                    leads_somewhere(&folder, target),
                    "{} {name}: {target}",
                    lesson.folder
                );
                found += 1;
            }
        }
    }
    assert!(found > 0);
}

#[test]
fn paths_in_lessons_are_files_of_the_project() {
    for lesson in LESSONS {
        for name in ["README.md", "README.ko.md"] {
            let text = fs::read_to_string(places().lesson(lesson.folder).join(name)).unwrap();
            let quoted = text.split('`').skip(1).step_by(2);
            for path in quoted.filter(|text| text.starts_with("crates/") || text.starts_with("docs/")) {
                assert!(
                    places().root().join(path).exists(),
                    "{} {name}: {path}",
                    lesson.folder
                );
            }
        }
    }
}

/// Addresses of links that stay in the project.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    ends.filter(|target| !target.contains("://"))
}

/// Whether the file is there, and has the heading that stands behind a `#`.
fn leads_somewhere(folder: &Path, target: &str) -> bool {
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let Ok(text) = fs::read_to_string(folder.join(path)) else {
        return false;
    };
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    heading.is_empty() || headings.any(|line| anchor(line) == heading)
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
