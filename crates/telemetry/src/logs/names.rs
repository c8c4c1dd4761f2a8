//! The names of a line's values: no two are the same, and none takes a place that is somebody else's. A JSON object with
//! a key twice is read differently by each reader, and refused by some.

use std::borrow::Cow;

/// The rules of a format for names.
pub(super) struct Rules {
    /// Where a name goes that cannot stand as it is.
    pub prefix: &'static str,
    /// Whether the format has another meaning for the name.
    pub is_reserved: fn(&str) -> bool,
    /// Whether a line cannot have both names.
    pub clash: fn(&str, &str) -> bool,
}

/// The names that a line has so far.
pub(super) struct Names<'a> {
    rules: &'static Rules,
    given: Vec<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// A line without names.
    pub const fn new(rules: &'static Rules) -> Self {
        let given = Vec::new();
        Self { rules, given }
    }

    /// The name, or another one like it where it is not free.
    pub fn free(&mut self, name: &'a str) -> &str {
        let mut free = Cow::Borrowed(name);
        let mut turn = 1;
        while !self.is_free(&free) {
            free = Cow::Owned(self.moved(name, turn));
            turn += 1;
        }
        self.given.push(free);
        self.given.last().map_or(name, |free| free)
    }

    fn is_free(&self, name: &str) -> bool {
        !(self.rules.is_reserved)(name) && !self.given.iter().any(|given| (self.rules.clash)(given, name))
    }

    /// `fields.a.b`, then `fields.a_b_2` and so on: with one dot, no more than the given names can be in the way.
    fn moved(&self, name: &str, turn: usize) -> String {
        let prefix = self.rules.prefix;
        match turn {
            1 => format!("{prefix}{name}"),
            turn => format!("{prefix}{}_{turn}", name.replace('.', "_")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        prefix: "fields.",
        is_reserved: |name| name == "time",
        clash: |one, other| one == other || one.starts_with(&format!("{other}.")),
    };

    #[test]
    fn every_name_is_given_once() {
        let mut names = Names::new(&RULES);
        for (name, free) in [
            ("a", "a"),
            ("time", "fields.time"),
            ("a", "fields.a"),
            ("a", "fields.a_2"),
            ("a", "fields.a_3"),
            ("fields.a", "fields.fields.a"),
            // Above another one.
            ("b.c", "b.c"),
            ("b", "fields.b"),
            ("fields", "fields.fields_2"),
            ("", ""),
            ("", "fields."),
        ] {
            assert_eq!(names.free(name), free);
        }
    }
}
