use std::{collections::HashSet, fs, path::Path};

use super::{super::LESSONS, places};

/// Words of others in the lessons: methods of their libraries, fields of their specifications.
const OF_OTHERS: [&str; 7] = [
    "SetAttribute",
    "putCloseable",
    "parentbased_",
    "Shutdown",
    "ForceFlush",
    "resend_count",
    "cargo",
];

/// The code of a lesson's page that is ours: all but that of blocks, and of the first column of tables, which is Java's.
fn own_code(page: &str) -> Vec<String> {
    let mut prose = String::new();
    for (place, part) in page.split("\n```").enumerate() {
        for line in part.lines().filter(|_| place % 2 == 0) {
            let cell = line
                .trim_end_matches('|')
                .rsplit("| ")
                .next()
                .filter(|_| line.starts_with('|'));
            prose = prose + cell.unwrap_or(line) + " ";
        }
    }
    prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The texts of all files below a folder that have one of these endings.
fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_source = ["rs", "toml"]
            .iter()
            .any(|end| path.extension().is_some_and(|own| own == *end));
        if path.is_dir() && !["tests", "target", "mine", "saved"].contains(&&*name) {
            sources(&path, found);
        } else if is_source {
            found.push_str(&path.to_string_lossy());
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.len() > 2)
}

#[test]
fn code_in_the_lessons_is_in_the_sources() {
    let (root, mut all) = (places().root().to_owned(), String::new());
    for folder in ["workshop", "crates", "services"] {
        sources(&root.join(folder), &mut all);
    }
    let mut known: HashSet<&str> = words(&all).collect();
    known.extend(OF_OTHERS);
    for lesson in LESSONS {
        for name in ["README.md", "README.ko.md"] {
            let text = fs::read_to_string(places().lesson(lesson.folder).join(name)).unwrap();
            for code in own_code(&text) {
                let is_path = code.starts_with("workshop/mine/") || root.join(&code).exists();
                let unknown = words(&code).find(|word| !known.contains(word));
                assert!(
                    is_path || unknown.is_none(),
                    "{}/{name}: `{code}`: {unknown:?}",
                    lesson.folder
                );
            }
        }
    }
}
