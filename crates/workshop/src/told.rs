//! The whole of what a learner's machine tells a board: a random id, a label, the lesson, the state, the name of the verdict.

use serde::{Deserialize, Serialize};

/// The longest label, in characters.
pub const MAX_LABEL: usize = 40;

/// The longest name of a lesson or of a verdict.
const MAX_NAME: usize = 64;

/// One message to the board. A field more, and it is refused.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// 32 random digits, which say nothing of anybody.
    pub id: String,
    /// The label that the learner chose.
    pub name: String,
    /// The id of a lesson.
    pub lesson: String,
    /// The learner's state in it.
    pub state: State,
    /// The name of the last verdict; empty where there is none yet.
    pub message: String,
}

/// A learner's state in a lesson.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// At work, or being checked.
    Working,
    /// The last check failed.
    Failed,
    /// The lesson is passed.
    Passed,
    /// The learner takes the row off the board.
    Left,
}

impl Told {
    /// The reason to refuse the message.
    pub fn fault(&self) -> Option<&'static str> {
        let is_name = |text: &str| {
            text.len() <= MAX_NAME
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
        };
        let is_id = self.id.len() == 32 && self.id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id {
            Some("the id is not 32 hexadecimal digits")
        } else if label_fault(&self.name).is_some() {
            label_fault(&self.name)
        } else if !is_name(&self.lesson) || self.lesson.is_empty() {
            Some("the lesson is not the id of a lesson")
        } else if !is_name(&self.message) {
            Some("the message is not the name of a verdict")
        } else {
            None
        }
    }
}

/// The reason to refuse a label.
pub fn label_fault(label: &str) -> Option<&'static str> {
    if label.chars().count() > MAX_LABEL {
        Some("the name is longer than 40 characters")
    } else if label.chars().any(char::is_control) {
        Some("the name has control characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_anything_else_in_it_is_refused() {
        let sound = Told {
            id: "0123456789abcdef0123456789abcdef".to_owned(),
            name: "김치 <b>".to_owned(),
            lesson: "ids-on-lines".to_owned(),
            state: State::Failed,
            message: "own-id".to_owned(),
        };
        assert_eq!(sound.fault(), None);
        type Spoil = fn(&mut Told);
        let rows: [(Spoil, &str); 6] = [
            (|told| told.id.truncate(31), "the id"),
            (|told| told.id.replace_range(..1, "g"), "the id"),
            (|told| told.name = "a".repeat(41), "longer than 40"),
            (|told| told.name.push('\n'), "control characters"),
            (|told| told.lesson.clear(), "the lesson"),
            (|told| told.message = "<script>".to_owned(), "the message"),
        ];
        for (spoil, reason) in rows {
            let mut told = sound.clone();
            spoil(&mut told);
            assert!(
                told.fault().is_some_and(|fault| fault.contains(reason)),
                "{told:?}"
            );
        }
        let more = r#"{"id":"","name":"","lesson":"","state":"failed","message":"","source":"fn main"}"#;
        assert!(serde_json::from_str::<Told>(more).is_err());
    }
}
