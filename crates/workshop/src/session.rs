//! The parts that every command works with: the folders, the language, the words, and where they are printed.

use std::{path::Path, sync::Arc};

use anyhow::anyhow;

use crate::{
    desk::{self, Held},
    language::Lang,
    lesson::Lesson,
    lessons::{self, LESSONS},
    member::{Teller, Undelivered},
    places::Places,
    progress::{self, Progress, Refused},
    report::Report,
    texts::Texts,
    told::State,
};

/// The parts that every command works with.
pub struct Session {
    /// The folders.
    pub places: Places,
    /// The collector of the learner's own system.
    pub zipkin: String,
    /// The language.
    pub lang: Lang,
    /// The words of the runner.
    pub words: Texts,
    /// Standard output.
    pub report: Report,
    /// The way to the board, where one was joined.
    teller: Option<Teller>,
}

impl Session {
    /// In the clone around the current folder.
    ///
    /// # Errors
    /// No clone.
    pub fn begin(asked: Option<Lang>, zipkin: String) -> anyhow::Result<Self> {
        let lang = Lang::choose(asked);
        let (places, words, report) = (Places::find()?, Texts::of_runner(lang), Report::new(lang));
        let said = words.clone();
        let say = move |undelivered: &Undelivered| {
            report.note(&match undelivered {
                Undelivered::Away => said.get("board-away").to_owned(),
                refused => said.with("board-refuses", &[("reason", &refused.to_string())]),
            });
        };
        // A damaged file of a board keeps nobody from the lesson.
        let teller = Teller::begin(&places.board(), Arc::new(say)).unwrap_or_else(|error| {
            report.note(&format!("{error:#}"));
            None
        });
        Ok(Self {
            places,
            zipkin,
            lang,
            words,
            report,
            teller,
        })
    }

    /// Tells the board, where one was joined. Nobody waits for it.
    pub fn tell(&self, lesson: &Lesson, state: State, message: &str) {
        self.tell_of(lesson.id, state, message);
    }

    /// The same of work that is no lesson of the runner's.
    pub fn tell_of(&self, work: &str, state: State, message: &str) {
        if let Some(teller) = &self.teller {
            teller.tell(work, state, message);
        }
    }

    /// Gives the last message to the board a moment, at the end of a command.
    pub async fn settle(&self) {
        if let Some(teller) = &self.teller {
            teller.settle().await;
        }
    }

    /// Takes the desk for this terminal; says so where another has it.
    pub async fn desk(&self) -> Held {
        desk::hold(&self.places, || self.say("terminal-waits", &[])).await
    }

    /// Where the learner is.
    ///
    /// # Errors
    /// A file that is no progress.
    pub fn progress(&self) -> anyhow::Result<Progress> {
        let path = self.places.progress();
        Progress::load(&path).map_err(|refused| {
            let why = self.refused(&path, &refused);
            anyhow!("{why} {}", self.words.get("progress-begin-anew"))
        })
    }

    /// A file that is not taken as progress, in the learner's language.
    pub fn refused(&self, file: &Path, refused: &Refused) -> anyhow::Error {
        let values = [
            ("file", &*self.places.shown(file)),
            ("reason", &*refused.reason()),
            ("schema", progress::SCHEMA),
        ];
        anyhow!("{}", self.words.with(refused.name(), &values))
    }

    /// The lesson named, else the current one.
    ///
    /// # Errors
    /// No such lesson.
    pub fn lesson(&self, progress: &Progress, named: Option<&str>) -> anyhow::Result<&'static Lesson> {
        match named {
            Some(name) => lessons::find(name).ok_or_else(|| self.no_lesson(name)),
            None => progress.current().ok_or_else(|| anyhow!("there are no lessons")),
        }
    }

    /// A lesson that does not exist, beside those that do.
    pub fn no_lesson(&self, name: &str) -> anyhow::Error {
        let numbers: Vec<&str> = LESSONS.iter().map(|lesson| lesson.number).collect();
        let values = [("name", name), ("numbers", &*numbers.join(", "))];
        anyhow!("{}", self.words.with("no-lesson", &values))
    }

    /// A lesson's texts.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn texts(&self, lesson: &Lesson) -> anyhow::Result<Texts> {
        Texts::of_lesson(&self.places.lesson(lesson.folder), self.lang)
    }

    /// Says one of the runner's texts, in the width of the terminal.
    pub fn say(&self, name: &str, values: &[(&str, &str)]) {
        self.report.say_wrapped(&self.words.with(name, values));
    }
}
