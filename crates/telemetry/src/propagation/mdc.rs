//! The values of a request, by name.

use smol_str::SmolStr;

/// The values of a request, by name, each name once.
///
/// ```
/// use telemetry::propagation::Mdc;
///
/// let mdc = Mdc::from_iter([("userId", "terry"), ("orderId", "8")]);
/// assert_eq!(mdc.get("orderId"), Some("8"));
/// assert!(mdc.iter().eq([("userId", "terry"), ("orderId", "8")]));
/// ```
// Short texts, which most are, take no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mdc(Vec<(SmolStr, SmolStr)>);

/// No values.
pub(super) static EMPTY: Mdc = Mdc::new();

impl Mdc {
    /// No values.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(each, value)| (each == name).then_some(value))
    }

    /// Names and values, in the order in which the names were first put.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn entries(&self) -> &[(SmolStr, SmolStr)] {
        &self.0
    }

    /// Puts a value in the place of the one that its name has.
    pub(crate) fn put(&mut self, name: &SmolStr, value: &SmolStr) {
        match self.0.iter_mut().find(|(each, _)| each == name) {
            Some((_, old)) => old.clone_from(value),
            None => self.0.push((name.clone(), value.clone())),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(each, _)| each != name);
    }
}

/// The last value of a repeated name counts.
impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Mdc {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let mut mdc = Self::new();
        for (name, value) in values {
            mdc.put(&SmolStr::new(name), &SmolStr::new(value));
        }
        mdc
    }
}
