//! English or Korean, as asked for or as the system speaks.

use expect::Language;

/// A language of the workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Korean.
    Ko,
}

impl Lang {
    /// The language asked for, else that of `LC_ALL`, `LC_MESSAGES` or `LANG`, else English.
    pub fn choose(asked: Option<Self>) -> Self {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let set = variables
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        asked.unwrap_or_else(|| Self::of(&set.unwrap_or_default()))
    }

    /// The language of a locale such as `ko_KR.UTF-8`.
    fn of(locale: &str) -> Self {
        if locale.starts_with("ko") {
            Self::Ko
        } else {
            Self::En
        }
    }

    /// That of an engine's language.
    pub const fn of_engine(language: Language) -> Self {
        match language {
            Language::English => Self::En,
            Language::Korean => Self::Ko,
        }
    }

    /// The part before `.md` in the name of a file in this language.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::En => "",
            Self::Ko => ".ko",
        }
    }

    /// The language of the engine that compares.
    pub const fn engine(self) -> Language {
        match self {
            Self::En => Language::English,
            Self::Ko => Language::Korean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_the_language() {
        for (locale, lang) in [
            ("ko_KR.UTF-8", Lang::Ko),
            ("ko", Lang::Ko),
            ("C.UTF-8", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(Lang::of(locale), lang, "{locale}");
        }
        assert_eq!(Lang::choose(Some(Lang::Ko)), Lang::Ko);
    }
}
