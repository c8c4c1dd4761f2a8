//! Values of the file, each with its path, so that an error says where it is.

use serde_json::{Map, Value};

use super::nearest::nearest;

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a member of an object.
    Key(String),
    /// Into an element of a list.
    Index(usize),
}

/// A mistake and its place.
#[derive(Debug)]
pub struct Wrong {
    pub steps: Vec<Step>,
    pub message: String,
    /// The last step names a field that is itself the fault.
    is_about_name: bool,
}

impl Wrong {
    /// `cases[0].expect`
    pub fn path(&self) -> String {
        let shown = self.steps.len() - usize::from(self.is_about_name);
        let mut path = String::new();
        for step in self.steps.iter().take(shown) {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.extend([".", key]),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }
}

/// A value and its path.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    value: &'a Value,
    steps: Vec<Step>,
}

impl<'a> Reader<'a> {
    /// The file's own value.
    pub fn top(value: &'a Value) -> Self {
        Self {
            value,
            steps: Vec::new(),
        }
    }

    fn below(&self, step: Step, value: &'a Value) -> Self {
        let steps = self.steps.iter().cloned().chain([step]).collect();
        Self { value, steps }
    }

    /// An error about this value.
    pub fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong {
            steps: self.steps.clone(),
            message: message.into(),
            is_about_name: false,
        }
    }

    pub fn is_null(&self) -> bool {
        self.value.is_null()
    }

    pub fn is_text(&self) -> bool {
        self.value.is_string()
    }

    pub fn is_list(&self) -> bool {
        self.value.is_array()
    }

    pub fn is_object(&self) -> bool {
        self.value.is_object()
    }

    pub fn is_number(&self) -> bool {
        self.value.is_number()
    }

    /// The value as JSON.
    pub fn json(&self) -> String {
        self.value.to_string()
    }

    pub fn text(&self) -> Result<&'a str, Wrong> {
        self.value.as_str().ok_or_else(|| self.no("a text in quotes"))
    }

    pub fn number(&self) -> Result<u64, Wrong> {
        self.value
            .as_u64()
            .ok_or_else(|| self.no("a whole number from 0"))
    }

    pub fn flag(&self) -> Result<bool, Wrong> {
        self.value.as_bool().ok_or_else(|| self.no("true or false"))
    }

    pub fn list(&self) -> Result<Vec<Self>, Wrong> {
        let list = self.value.as_array().ok_or_else(|| self.no("a list"))?;
        let elements = list.iter().enumerate();
        Ok(elements
            .map(|(index, value)| self.below(Step::Index(index), value))
            .collect())
    }

    /// Members of an object whose names are free.
    pub fn entries(&self) -> Result<Vec<(String, Self)>, Wrong> {
        let members = self.object()?.iter();
        Ok(members
            .map(|(key, value)| (key.clone(), self.below(Step::Key(key.clone()), value)))
            .collect())
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Wrong> {
        self.value.as_object().ok_or_else(|| self.no("an object"))
    }

    fn no(&self, wanted: &str) -> Wrong {
        let is = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.wrong(format!("{wanted} is needed, and this is {is}"))
    }
}

/// The members of an object whose names are known.
#[derive(Debug)]
pub struct Fields<'a> {
    reader: Reader<'a>,
    members: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Refuses a name that is not known.
    pub fn of(reader: &Reader<'a>, known: &[&str]) -> Result<Self, Wrong> {
        let members = reader.object()?;
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(Self {
                reader: reader.clone(),
                members,
            }),
            Some(name) => {
                let hint = match nearest(name, known) {
                    Some(near) => format!("; did you mean {near}?"),
                    None => format!("; the fields are {}", known.join(", ")),
                };
                let Wrong { mut steps, .. } = reader.wrong("");
                steps.push(Step::Key(name.clone()));
                Err(Wrong {
                    steps,
                    message: format!("{} is no field{hint}", name.escape_debug()),
                    is_about_name: true,
                })
            }
        }
    }

    /// The names that are there.
    pub fn names(&self) -> Vec<&'a str> {
        self.members.keys().map(String::as_str).collect()
    }

    pub fn get(&self, name: &str) -> Option<Reader<'a>> {
        let value = self.members.get(name)?;
        Some(self.reader.below(Step::Key(name.to_owned()), value))
    }

    pub fn needed(&self, name: &str) -> Result<Reader<'a>, Wrong> {
        self.get(name)
            .ok_or_else(|| self.reader.wrong(format!("the field {name} is missing")))
    }

    /// Reads a field where it is there.
    pub fn map<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Reader<'a>) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Wrong> {
        self.get(name).map(|value| read(&value)).transpose()
    }

    /// Reads each element of a list, none where the field is not there.
    pub fn each<T>(
        &self,
        name: &str,
        read: impl Fn(&Reader<'a>) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        match self.get(name) {
            Some(value) => value.list()?.iter().map(read).collect(),
            None => Ok(Vec::new()),
        }
    }
}
