use std::{collections::BTreeSet, fs};

use super::*;
use crate::{language::Lang, lesson::Work, places::Places, texts::Texts};

/// Code that the lessons name.
mod code;

/// Links and paths of the lessons' pages.
mod links;

/// Pages of Markdown, for every shell.
mod pages;

fn places() -> Places {
    Places::find().unwrap()
}

#[test]
fn a_lesson_is_found_by_number_id_and_folder() {
    for lesson in LESSONS {
        for name in [
            lesson.number,
            lesson.number.trim_start_matches('0'),
            lesson.id,
            lesson.folder,
        ] {
            assert_eq!(find(name).unwrap().id, lesson.id);
        }
    }
    assert!(find("99").is_none());
}

#[test]
fn every_wrong_fix_has_a_source_and_a_diagnosis() {
    for lesson in LESSONS {
        let folder = places().lesson(lesson.folder).join("wrong");
        let sources: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| {
                file.unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        let known: BTreeSet<String> = lesson.wrong.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(sources, known, "{}", lesson.folder);
        assert!(
            known.len() >= 4,
            "{} knows {} wrong fixes",
            lesson.folder,
            known.len()
        );
    }
}

#[test]
fn the_texts_of_a_lesson_are_there_in_both_languages() {
    for lesson in LESSONS {
        let mut names: BTreeSet<&str> =
            ["title", "task", "hint-1", "hint-2", "hint-3", "why", lesson.trap].into();
        names.extend(lesson.wrong);
        if lesson.work == Work::Answers {
            let questions = ["spans", "own", "parent", "network"];
            assert_eq!(questions, read_a_trace::QUESTIONS);
            names.extend([
                "questions",
                "question-spans",
                "question-own",
                "question-parent",
                "question-network",
            ]);
        }
        for lang in [Lang::En, Lang::Ko] {
            let texts = Texts::of_lesson(&places().lesson(lesson.folder), lang).unwrap();
            let found: BTreeSet<&str> = texts.names().into_iter().collect();
            assert_eq!(found, names, "{} {lang:?}", lesson.folder);
            for name in found {
                assert!(!texts.get(name).is_empty(), "{} {lang:?} {name}", lesson.folder);
            }
        }
    }
}

/// The depth of each heading, every command, and the number of lines of each quoted output, which has the reader's language.
fn shape(text: &str) -> (Vec<usize>, Vec<String>, Vec<usize>) {
    let (mut headings, mut commands, mut quotes, mut language) = (Vec::new(), Vec::new(), Vec::new(), None);
    for line in text.lines() {
        match (line.strip_prefix("```"), language) {
            (Some(_), Some(_)) => language = None,
            (Some(name), None) => {
                language = Some(name);
                quotes.extend((name == "text").then_some(0));
            }
            (None, Some("text")) => *quotes.last_mut().unwrap() += 1,
            (None, Some(_)) => {
                let command = line.split(" #").next().unwrap_or_default();
                commands.push(command.trim_end().to_owned());
            }
            (None, None) if line.starts_with('#') => {
                headings.push(line.chars().take_while(|&c| c == '#').count());
            }
            (None, None) => {}
        }
    }
    (headings, commands, quotes)
}

#[test]
fn both_readmes_of_a_lesson_have_one_shape() {
    for lesson in LESSONS {
        let folder = places().lesson(lesson.folder);
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let (english, korean) = (read("README.md"), read("README.ko.md"));
        assert_eq!(shape(&english), shape(&korean), "{}", lesson.folder);
        assert_eq!(shape(&english).0, [1, 2, 2, 2, 2, 2], "{}", lesson.folder);
        assert!(
            !shape(&english).2.is_empty(),
            "{} quotes no output",
            lesson.folder
        );
        let check = format!(
            "cargo run -- workshop run {}",
            lesson.number.trim_start_matches('0')
        );
        let mut commands = vec![
            check.as_str(),
            "cargo run -- workshop",
            "cargo run -- workshop hint",
        ];
        if lesson.work == Work::Answers {
            let before = [
                "cargo run",
                "cargo run -- call /orders/7 --user terry",
                "cargo run -- call /users/ann",
            ];
            commands.splice(0..0, before);
        }
        let shown: Vec<String> = shape(&english)
            .1
            .iter()
            .map(|line| line.trim_end().to_owned())
            .collect();
        assert_eq!(shown, commands, "{}", lesson.folder);
        assert!(
            korean.chars().filter(|c| ('가'..='힣').contains(c)).count() > 300,
            "{}",
            lesson.folder
        );
    }
}

#[test]
fn said_evidence_has_words_in_both_languages() {
    let folder = places().root().join("crates/workshop/src/lessons");
    let sources = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sources = sources
        .filter(|path| path.is_file())
        .map(|path| fs::read_to_string(path).unwrap());
    let sources: String = sources.collect();
    let names: BTreeSet<&str> = sources
        .split('"')
        .filter(|text| text.strip_prefix("seen-").is_some_and(|rest| !rest.is_empty()))
        .collect();
    assert!(names.len() > 8, "{names:?}");
    for lang in [Lang::En, Lang::Ko] {
        for name in &names {
            assert!(Texts::of_runner(lang).find(name).is_some(), "{name} {lang:?}");
        }
    }
}

#[test]
fn every_folder_is_a_lesson() {
    let folders: BTreeSet<String> = fs::read_dir(places().workshop())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    let known: BTreeSet<String> = LESSONS.iter().map(|lesson| lesson.folder.to_owned()).collect();
    assert_eq!(folders, known);
}
