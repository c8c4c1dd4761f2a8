//! The parts that every command works with: the folders, the language, the words, and where they are printed.

use anyhow::anyhow;

use crate::{
    language::Lang, lesson::Lesson, lessons, places::Places, progress::Progress, report::Report, texts::Texts,
};

/// The parts that every command works with.
pub struct Session {
    /// The folders.
    pub places: Places,
    /// The language.
    pub lang: Lang,
    /// The words of the runner.
    pub words: Texts,
    /// Standard output.
    pub report: Report,
}

impl Session {
    /// In the clone around the current folder.
    ///
    /// # Errors
    /// No clone.
    pub fn begin(asked: Option<Lang>) -> anyhow::Result<Self> {
        let lang = Lang::choose(asked);
        Ok(Self {
            places: Places::find()?,
            lang,
            words: Texts::of_runner(lang),
            report: Report::new(lang),
        })
    }

    /// Where the learner is.
    ///
    /// # Errors
    /// A file that is no progress.
    pub fn progress(&self) -> anyhow::Result<Progress> {
        Progress::load(&self.places.progress())
    }

    /// The lesson named, else the current one.
    ///
    /// # Errors
    /// No such lesson.
    pub fn lesson(&self, progress: &Progress, named: Option<&str>) -> anyhow::Result<&'static Lesson> {
        match named {
            Some(name) => lessons::find(name),
            None => progress.current().ok_or_else(|| anyhow!("there are no lessons")),
        }
    }

    /// A lesson's texts.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn texts(&self, lesson: &Lesson) -> anyhow::Result<Texts> {
        Texts::of_lesson(&self.places.lesson(lesson.folder), self.lang)
    }

    /// Says one of the runner's texts.
    pub fn say(&self, name: &str, values: &[(&str, &str)]) {
        self.report.say(&self.words.with(name, values));
    }
}
