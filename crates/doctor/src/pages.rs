//! The pages, in the binary: no network is needed to read them.

use zipkin::Language;

const ENGLISH: &str = include_str!("pages.md");
const KOREAN: &str = include_str!("pages.ko.md");

/// The page of a check.
pub fn page(id: &str, language: Language) -> Option<&'static str> {
    let mut pages = pages(language).split("\n## ").skip(1);
    let page = pages.find(|page| page.lines().next() == Some(id))?;
    Some(page.split_once('\n').map_or("", |(_, text)| text).trim())
}

const fn pages(language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH,
        Language::Korean => KOREAN,
    }
}

#[cfg(test)]
mod tests {
    use expect::columns::width;

    use super::*;
    use crate::catalogue::CHECKS;

    const BOTH: [Language; 2] = [Language::English, Language::Korean];

    #[test]
    fn each_check_has_a_page_that_says_enough_in_80_columns() {
        for (check, language) in CHECKS
            .iter()
            .flat_map(|check| BOTH.map(|language| (check, language)))
        {
            let page = page(check.id, language).unwrap_or_else(|| panic!("no page for {}", check.id));
            assert!(width(page) > 120, "{}: {page}", check.id);
            for line in page.lines() {
                assert!(width(line) <= 80, "{}: {line}", check.id);
            }
            let title = check.title(language);
            assert!(width(title) <= 60, "{}: {title}", check.id);
        }
    }

    #[test]
    fn each_page_has_a_check_of_its_own() {
        for language in BOTH {
            let named = pages(language)
                .lines()
                .filter_map(|line| line.strip_prefix("## "));
            let pages: Vec<&str> = named.collect();
            let checks: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
            assert_eq!(pages, checks);
        }
    }

    #[test]
    fn a_page_names_the_same_variables_in_both_languages() {
        let is_name = |word: &&str| word.len() > 3 && (word.contains('_') || word.starts_with("--"));
        for check in &CHECKS {
            let [english, korean] = BOTH.map(|language| page(check.id, language).unwrap_or_default());
            let words = english.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
            for word in words.filter(is_name) {
                assert!(korean.contains(word), "{}: {word}", check.id);
            }
        }
    }
}
