use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use zipkin::words;

use super::*;

/// Said by the analysis, and shown by pages as they are.
const WORDS: [&str; 6] = [
    words::NO_SERVICE,
    words::NO_NAME,
    words::OUTSIDE,
    words::NOT_REPORTED,
    words::NOT_ENDED,
    words::NO_TIME,
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_of_tests = path.ends_with("tests") || path.ends_with("tests.rs");
        if path.is_dir() && !is_of_tests {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !is_of_tests {
            found.push(path);
        }
    }
}

/// The texts that are handed to `say`, `fill` and `message`.
fn messages(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in ["say(", "fill(", "message("] {
        for (at, _) in source.match_indices(call) {
            let Some(text) = source[at + call.len()..].trim_start().strip_prefix('"') else {
                continue;
            };
            let mut ends = text
                .match_indices('"')
                .filter(|&(end, _)| !text[..end].ends_with('\\'));
            let (end, _) = ends.next().unwrap();
            found.insert(text[..end].replace("\\\"", "\""));
        }
    }
    found
}

fn names(message: &str) -> BTreeSet<&str> {
    let after = message.split('{').skip(1);
    after.map(|after| after.split('}').next().unwrap()).collect()
}

#[test]
fn both_languages_have_the_same_messages() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages"),
        &mut files,
    );
    let mut said: BTreeSet<String> = WORDS.iter().map(|&word| word.to_owned()).collect();
    for file in &files {
        said.append(&mut messages(&fs::read_to_string(file).unwrap()));
    }
    let korean: BTreeMap<&str, &str> = korean::all().collect();
    let missing: Vec<_> = said
        .iter()
        .filter(|text| !korean.contains_key(text.as_str()))
        .collect();
    let unsaid: Vec<_> = korean.keys().filter(|&&text| !said.contains(text)).collect();
    assert!(
        missing.is_empty() && unsaid.is_empty(),
        "missing: {missing:#?}\nnever said: {unsaid:#?}"
    );
    for (english, text) in korean::all() {
        assert_eq!(
            korean.get(english),
            Some(&text),
            "{english} is two things in Korean"
        );
    }
    for (english, korean) in korean {
        assert_eq!(names(english), names(korean), "{english}");
        assert!(!korean.trim().is_empty(), "{english}");
    }
}

#[test]
fn the_accepted_language_is_that_with_the_greatest_weight() {
    for (header, language) in [
        ("ko-KR,ko;q=0.9,en-US;q=0.8", Some(Language::Korean)),
        ("en;q=0.5, ko;q=0.7", Some(Language::Korean)),
        ("en,ko", Some(Language::English)),
        ("fr, ko;q=0.1", Some(Language::Korean)),
        ("ko;q=0", None),
        ("ko;q=many", None),
        ("de", None),
        ("", None),
    ] {
        assert_eq!(Language::accepted(header), language, "{header}");
    }
}

#[test]
fn a_value_with_braces_is_not_filled_again() {
    let filled = Language::English.fill("{one} of {other}", &[("one", &"{other}"), ("other", &2)]);
    assert_eq!(filled, "{other} of 2");
}
