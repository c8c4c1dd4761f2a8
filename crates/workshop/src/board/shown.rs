//! The board as it is shown: rows with the lessons' own titles and diagnoses, for the page and for programs.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::class::Row;
use crate::{lessons::LESSONS, session::Session, texts::Texts, told::State, verdict::Halt};

/// The name and version of the JSON.
const SCHEMA: &str = "three-hops/workshop-board/1";

/// The ids of mysteries begin with this, before the seed.
const MYSTERY: &str = "mystery-";

/// The lessons' titles and texts, by id, in the language of the board.
#[derive(Debug)]
pub struct Titles {
    lessons: BTreeMap<&'static str, (&'static str, Texts)>,
    words: Texts,
}

/// The whole board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    schema: &'static str,
    /// The number of rows.
    pub learners: usize,
    /// The number of learners who are stuck.
    pub stuck: usize,
    /// The number of learners who have passed their lesson.
    pub passed: usize,
    /// The number of learners who have not been heard of for a minute.
    pub silent: usize,
    /// One a learner.
    pub rows: Vec<ShownRow>,
}

/// One learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownRow {
    /// The order of coming.
    pub number: u32,
    /// The label.
    pub name: String,
    /// The id of the lesson.
    pub lesson: String,
    /// Number and title of the lesson; its id where this version has no such lesson.
    pub title: String,
    /// Whole minutes on it.
    pub minutes: u64,
    /// The state in it.
    pub state: State,
    /// Checks that failed.
    pub failed_checks: u32,
    /// The name of the last verdict.
    pub message: String,
    /// Its text, where the lesson has one.
    pub diagnosis: Option<String>,
    /// Whole minutes without a message, from one minute on.
    pub silent_minutes: Option<u64>,
    /// Whether the lesson takes longer than it should.
    pub is_stuck: bool,
}

impl Titles {
    /// Reads the texts of all lessons.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(session: &Session) -> anyhow::Result<Self> {
        let mut lessons = BTreeMap::new();
        for lesson in LESSONS {
            lessons.insert(lesson.id, (lesson.number, session.texts(lesson)?));
        }
        Ok(Self {
            lessons,
            words: session.words.clone(),
        })
    }

    fn title(&self, id: &str) -> String {
        match self.lessons.get(id) {
            Some((number, texts)) => format!("{number} {}", texts.get("title")),
            None => match id.strip_prefix(MYSTERY) {
                Some(seed) => self.words.with("board-mystery", &[("seed", seed)]),
                None => id.to_owned(),
            },
        }
    }

    /// The text of a verdict, which names a concept and quotes nothing of the learner.
    fn diagnosis(&self, lesson: &str, message: &str) -> Option<String> {
        if lesson.starts_with(MYSTERY) {
            return self.words.find(&format!("board-{message}")).map(str::to_owned);
        }
        let (_, texts) = self.lessons.get(lesson)?;
        let of_any = || match message {
            "does-not-compile" | "does-not-run" | "unrecognised" => {
                self.words.find(&format!("board-{message}"))
            }
            _ => {
                let halt = Halt::ALL.into_iter().find(|halt| halt.name() == message);
                halt.and_then(|halt| self.words.find(halt.name()))
            }
        };
        texts.find(message).or_else(of_any).map(str::to_owned)
    }
}

/// Puts the rows and the texts together.
pub fn shown(rows: Vec<Row>, titles: &Titles) -> Shown {
    let count = |is: fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    Shown {
        schema: SCHEMA,
        learners: rows.len(),
        stuck: count(|row| row.is_stuck),
        passed: count(|row| row.state == State::Passed),
        silent: count(|row| row.silent.is_some()),
        rows: rows.into_iter().map(|row| shown_row(row, titles)).collect(),
    }
}

fn shown_row(row: Row, titles: &Titles) -> ShownRow {
    let minutes = |time: Duration| time.as_secs() / 60;
    ShownRow {
        number: row.number,
        title: titles.title(&row.lesson),
        diagnosis: titles.diagnosis(&row.lesson, &row.message),
        minutes: minutes(row.on_lesson),
        silent_minutes: row.silent.map(minutes),
        name: row.name,
        lesson: row.lesson,
        state: row.state,
        failed_checks: row.failed_checks,
        message: row.message,
        is_stuck: row.is_stuck,
    }
}
