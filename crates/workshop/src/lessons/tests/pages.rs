use std::fs;

use super::{super::LESSONS, places};

/// The Markdown of the project that a learner may read: its top, its documents, its lessons, and the page of a bundle.
fn pages() -> Vec<(String, String)> {
    let root = places().root().to_owned();
    let mut folders = vec![
        root.clone(),
        root.join("docs"),
        root.join("crates/workshop/words"),
    ];
    folders.extend(LESSONS.iter().map(|lesson| places().lesson(lesson.folder)));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn a_lesson_has_one_word_in_korean() {
    let korean: Vec<_> = pages()
        .into_iter()
        .filter(|(path, _)| path.ends_with("ko.md"))
        .collect();
    assert!(korean.len() > 2 * LESSONS.len());
    for (path, text) in korean {
        assert!(!text.contains("레슨"), "{path}: a lesson is 과제");
    }
}

/// The commands of a page for a shell: those of its blocks, and those in the middle of a sentence.
fn commands(page: &str) -> Vec<&str> {
    let (mut found, mut language) = (Vec::new(), None);
    for line in page.lines() {
        match (line.strip_prefix("```"), language) {
            (Some(_), Some(_)) => language = None,
            (Some(name), None) => language = Some(name),
            (None, Some("sh")) => found.push(line),
            (None, Some(_)) => {}
            (None, None) => found.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .filter(|text| text.contains(' ')),
            ),
        }
    }
    found
}

/// Whether a command begins with `NAME=value`.
fn sets_a_variable(command: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    command.split_once('=').is_some_and(|(name, _)| is_name(name))
}

#[test]
fn pages_say_how_powershell_writes_their_commands() {
    let (mut with_curl, mut with_variables) = (0, 0);
    for (path, text) in pages() {
        let commands = commands(&text);
        if commands.iter().any(|command| command.contains("curl ")) {
            assert!(text.contains("curl.exe"), "{path}: curl.exe");
            with_curl += 1;
        }
        if commands.iter().any(|command| sets_a_variable(command)) {
            assert!(text.contains("$env:"), "{path}: $env:NAME = 'value'");
            with_variables += 1;
        }
    }
    assert!(
        with_curl > 4 && with_variables > 4,
        "{with_curl}, {with_variables}"
    );
}

/// The forms that PowerShell lacks, as the walkthrough's table names them, and the text in a command that shows each.
const FORMS: [(&str, &str); 17] = [
    ("`curl …`", "curl "),
    ("`NAME=$(…)`", "=$("),
    ("`NAME='…'`", "='"),
    ("`NAME=value command`", "LOG_FORMAT="),
    ("`\\`", " \\\n"),
    ("grep WORD`", "grep \"$"),
    ("grep -o 'PATTERN'`", "grep -o '"),
    ("sort`", "sort\n"),
    ("sort -u`", "sort -u"),
    ("uniq`", "uniq"),
    ("`</dev/null`", "</dev/null"),
    ("`>/dev/null`", ">/dev/null"),
    ("`-o /dev/null`", "-o /dev/null"),
    ("`$(date +%s)`", "date +%s"),
    ("`echo \"$NAME\"`", "echo \"$"),
    ("-d '{\"…\"}'`", "-d '{"),
    ("`sleep 1`", "sleep "),
];

/// The programs of the walkthrough: those with the same arguments in every shell, and those of the table.
const PROGRAMS: [&str; 10] = [
    "docker", "curl", "grep", "sort", "uniq", "date", "echo", "sleep", "hop", "cargo",
];

#[test]
fn the_walkthrough_translates_each_form_for_powershell() {
    for name in ["walkthrough.md", "walkthrough.ko.md"] {
        let text = fs::read_to_string(places().root().join("docs").join(name)).unwrap();
        let (_, table) = text.split_once("| PowerShell |").unwrap();
        let blocks: Vec<&str> = text
            .split("```sh\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        let blocks = blocks.concat();
        for (form, shown) in FORMS {
            assert!(table.contains(form), "{name}: no row for {form}");
            assert!(blocks.contains(shown), "{name}: no command has {form}");
        }
        let starts = blocks.lines().flat_map(|line| line.split('|'));
        for start in starts.filter_map(|part| part.split_whitespace().next()) {
            let is_program = start.bytes().all(|byte| byte.is_ascii_lowercase());
            assert!(
                !is_program || PROGRAMS.contains(&start),
                "{name}: no row for {start}"
            );
        }
    }
}
