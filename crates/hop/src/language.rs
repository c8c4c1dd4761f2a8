//! The language of answers: as asked for, or as the system speaks.

use workshop::Lang;
use zipkin::Language;

/// The flag that names a language.
#[derive(Debug, clap::Args)]
pub struct Spoken {
    /// Language of the answer [default: that of LC_ALL, LC_MESSAGES or LANG]; JSON
    /// is English unless asked
    #[arg(long, value_enum, hide_possible_values = true, value_name = "en|ko")]
    lang: Option<Lang>,
}

impl Spoken {
    /// For people, or for a program, which gets the language of no system.
    pub fn choose(&self, is_json: bool) -> Language {
        match (self.lang, is_json) {
            (None, true) => Language::English,
            (asked, _) => Lang::choose(asked).engine(),
        }
    }
}
