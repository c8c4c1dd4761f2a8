//! The pages, in the binary: no network is needed to read them.

const PAGES: &str = include_str!("pages.md");

/// The page of a check.
pub fn page(id: &str) -> Option<&'static str> {
    let mut pages = PAGES.split("\n## ").skip(1);
    let page = pages.find(|page| page.lines().next() == Some(id))?;
    Some(page.split_once('\n').map_or("", |(_, text)| text).trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::CHECKS;

    #[test]
    fn each_check_has_a_page_that_says_enough_in_80_columns() {
        for check in &CHECKS {
            let page = page(check.id).unwrap_or_else(|| panic!("no page for {}", check.id));
            assert!(page.len() > 120, "{}: {page}", check.id);
            for line in page.lines() {
                assert!(line.chars().count() <= 80, "{}: {line}", check.id);
            }
            assert!(check.title.chars().count() <= 60, "{}", check.title);
        }
    }

    #[test]
    fn each_page_has_a_check_of_its_own() {
        let pages: Vec<&str> = PAGES
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        let checks: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(pages, checks);
    }
}
