//! Grades of answers, by rule: the hop and the class of a fault, or one of them.

use serde::Serialize;

use crate::{answer::Answer, deck::Case};

/// The grade of the answers to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// For each fault of the case: the answer that comes nearest, and how near.
    pub faults: Vec<(Option<Answer>, Credit)>,
    /// Answers that no fault is left for.
    pub wrong: Vec<Answer>,
}

/// The nearness of an answer to a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Credit {
    /// Neither.
    None,
    /// Another hop has such a fault.
    Class,
    /// The hop has a fault, of another class.
    Hop,
    /// Hop and class.
    Full,
}

/// Compares answers with a case. Each answer counts for one fault.
pub fn grade(case: &Case, answers: &[Answer]) -> Grade {
    let mut left: Vec<Answer> = answers.to_vec();
    let mut faults = vec![(None, Credit::None); case.faults.len()];
    // The best first, so that a half right answer takes nothing from one that is right.
    for credit in [Credit::Full, Credit::Hop, Credit::Class] {
        for (fault, slot) in case.faults.iter().zip(&mut faults) {
            if slot.0.is_some() {
                continue;
            }
            let near = left
                .iter()
                .position(|answer| of(&fault.answer(), answer) == credit);
            if let Some(place) = near {
                *slot = (Some(left.remove(place)), credit);
            }
        }
    }
    Grade { faults, wrong: left }
}

fn of(fault: &Answer, answer: &Answer) -> Credit {
    match (fault.hop == answer.hop, fault.class == answer.class) {
        (true, true) => Credit::Full,
        (true, false) => Credit::Hop,
        (false, true) => Credit::Class,
        (false, false) => Credit::None,
    }
}

impl Grade {
    /// Whether each fault was named, and nothing else.
    pub fn is_solved(&self) -> bool {
        self.wrong.is_empty() && self.faults.iter().all(|(_, credit)| *credit == Credit::Full)
    }

    /// Points: two for a fault that was named, one for its hop or its class alone.
    pub fn points(&self) -> usize {
        let points = |credit: &Credit| match credit {
            Credit::None => 0,
            Credit::Class | Credit::Hop => 1,
            Credit::Full => 2,
        };
        self.faults.iter().map(|(_, credit)| points(credit)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::case;

    fn graded(faults: &[&str], answers: &[&str]) -> (usize, usize, bool) {
        let answers: Vec<Answer> = answers.iter().map(|text| text.parse().unwrap()).collect();
        let grade = grade(&case(faults), &answers);
        (grade.points(), grade.wrong.len(), grade.is_solved())
    }

    #[test]
    fn hop_or_class_alone_is_half_right() {
        for (answer, points) in [
            ("orders:latency", 2),
            ("orders:network", 1),
            ("gateway:latency", 1),
            ("gateway:clock", 0),
        ] {
            let wrong = usize::from(points == 0);
            assert_eq!(
                graded(&["orders:latency"], &[answer]),
                (points, wrong, points == 2),
                "{answer}"
            );
        }
        assert_eq!(graded(&["orders:latency"], &[]), (0, 0, false));
    }

    #[test]
    fn an_answer_too_many_solves_nothing() {
        let both = ["orders:latency", "orders:clock"];
        assert_eq!(graded(&["orders:latency"], &both), (2, 1, false));
    }

    #[test]
    fn a_right_answer_goes_before_a_half_right_one() {
        let faults = ["gateway:latency", "inventory:clock"];
        assert_eq!(
            graded(&faults, &["gateway:clock", "gateway:latency"]),
            (3, 0, false)
        );
        assert_eq!(
            graded(&faults, &["inventory:clock", "gateway:latency"]),
            (4, 0, true)
        );
    }

    #[test]
    fn kinds_of_one_class_are_as_right() {
        let faults = ["inventory:spans-lost"];
        for answer in ["inventory:exporter-blocked", "inventory:sampling-anew"] {
            assert_eq!(graded(&faults, &[answer]), (2, 0, true));
        }
    }
}
