//! Reasons in the place of missing figures: a mark in the cell, and what it means below the table.

use zipkin::{Language, analysis::Why, words};

/// Marks of reasons, by their place among those of the table.
const MARKS: [char; 6] = ['¹', '²', '³', '⁴', '⁵', '⁶'];

/// The reasons that a table has met.
#[derive(Debug, Default)]
pub struct Marks(Vec<Why>);

impl Marks {
    /// The figure, or a sign that it is not known with the mark of its reason.
    pub fn cell(&mut self, time: Option<u64>, why: Option<Why>, language: Language) -> String {
        match (time, why) {
            (Some(time), _) => words::short_in(time, language),
            (None, Some(why)) => format!("{}{}", words::UNKNOWN, self.mark(why)),
            (None, None) => words::UNKNOWN.to_owned(),
        }
    }

    fn mark(&mut self, why: Why) -> String {
        if !self.0.contains(&why) {
            self.0.push(why);
        }
        let place = self.0.iter().position(|each| *each == why);
        let mark = place.and_then(|place| MARKS.get(place));
        mark.map(char::to_string).unwrap_or_default()
    }

    /// The meaning of each mark; nothing where there are none.
    pub fn line(&self, language: Language) -> Option<String> {
        let marked = self.0.iter().zip(MARKS);
        let marked = marked.map(|(why, mark)| format!("{mark} {}", why.text(language)));
        let marked: Vec<String> = marked.collect();
        (!marked.is_empty()).then(|| marked.join("  "))
    }
}
