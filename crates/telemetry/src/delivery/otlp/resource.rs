//! Whose spans they are: `OTEL_RESOURCE_ATTRIBUTES`, and what a service says of itself.

use percent_encoding::percent_decode_str;

use crate::request::ids::new_span_id;

/// The most attributes, and the most bytes of a key or a value.
const MOST: usize = 128;
const MAX_TEXT: usize = 8192;

/// Why the attributes cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResourceError {
    /// Not `key=value`.
    #[error("entry {0} is not key=value; a comma or an equals sign of a value is written as %2C or %3D")]
    NotAPair(usize),
    /// A value that is no text.
    #[error("the value of entry {0} is not UTF-8")]
    NotUtf8(usize),
    /// More than anybody needs.
    #[error("entry {0} has more than {MAX_TEXT} bytes")]
    TooLong(usize),
    /// More than anybody needs.
    #[error("there are more than {MOST}")]
    TooMany,
}

/// The attributes of a service's resource; each key once.
pub(super) struct Resource(Vec<(String, String)>);

impl Resource {
    /// `text` is that of `OTEL_RESOURCE_ATTRIBUTES`. The service's own name has been decided, and its version stands where `text` has none.
    /// Without an instance of its own, this one gets a random one.
    ///
    /// # Errors
    /// The first entry that makes no sense.
    pub fn new(text: &str, name: &str, version: Option<&str>) -> Result<Self, ResourceError> {
        let mut this = Self(Vec::new());
        let entries = text.split(',').enumerate();
        for (place, entry) in entries.filter(|(_, entry)| !entry.trim().is_empty()) {
            let (key, value) = pair(place + 1, entry)?;
            this.set(&key, value);
        }
        if this.0.len() > MOST {
            return Err(ResourceError::TooMany);
        }
        this.set("service.name", name.to_owned());
        if let (Some(version), false) = (version, this.has("service.version")) {
            this.set("service.version", version.to_owned());
        }
        if !this.has("service.instance.id") {
            this.set("service.instance.id", uuid());
        }
        Ok(this)
    }

    /// The service's name in the text of `OTEL_RESOURCE_ATTRIBUTES`, whatever else is in it.
    pub fn service_name(text: &str) -> Option<String> {
        let pairs = text.split(',').filter_map(|entry| pair(0, entry).ok());
        let mut names = pairs.filter(|(key, value)| key == "service.name" && !value.is_empty());
        names.next_back().map(|(_, name)| name)
    }

    /// Keys and values.
    pub fn attributes(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value)).collect()
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(each, _)| each == key)
    }

    fn set(&mut self, key: &str, value: String) {
        match self.0.iter_mut().find(|(each, _)| each == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }
}

fn pair(place: usize, entry: &str) -> Result<(String, String), ResourceError> {
    let (key, value) = entry.split_once('=').ok_or(ResourceError::NotAPair(place))?;
    let key = key.trim();
    if key.is_empty() {
        return Err(ResourceError::NotAPair(place));
    }
    if key.len().max(value.len()) > MAX_TEXT {
        return Err(ResourceError::TooLong(place));
    }
    let value = percent_decode_str(value.trim()).decode_utf8();
    let value = value.map_err(|_| ResourceError::NotUtf8(place))?;
    Ok((key.to_owned(), value.into_owned()))
}

/// A random UUID, of version 4.
fn uuid() -> String {
    let [upper, lower] = [new_span_id().value(), new_span_id().value()];
    let (version, variant) = (upper & 0xfff | 0x4000, lower >> 48 & 0x3fff | 0x8000);
    format!(
        "{:08x}-{:04x}-{version:04x}-{variant:04x}-{:012x}",
        upper >> 32,
        upper >> 16 & 0xffff,
        lower & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(text: &str, version: Option<&str>) -> Result<Vec<(String, String)>, ResourceError> {
        Resource::new(text, "shop", version).map(|resource| resource.0)
    }

    fn text(list: &[(String, String)]) -> String {
        let pairs = list.iter().map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_service_says_its_name_and_the_variable_all_else() {
        for (variable, version, expected) in [
            (
                "service.instance.id=a, host.name = b%2Cc ,,k=d=e",
                Some("1.2"),
                "service.instance.id=a host.name=b,c k=d=e service.name=shop service.version=1.2",
            ),
            (
                "service.name=other,service.version=2,service.instance.id=a,x=1,x=2",
                Some("1.2"),
                "service.name=shop service.version=2 service.instance.id=a x=2",
            ),
        ] {
            assert_eq!(
                text(&resource(variable, version).unwrap()),
                expected,
                "{variable}"
            );
        }
    }

    #[test]
    fn each_start_is_an_instance_of_its_own() {
        let ids = [(); 2].map(|()| resource("", None).unwrap().pop().unwrap());
        assert_ne!(ids[0], ids[1]);
        let (key, id) = &ids[0];
        assert_eq!(key, "service.instance.id");
        let form: String = id.chars().map(|c| if c == '-' { '-' } else { 'x' }).collect();
        assert_eq!(form, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }

    #[test]
    fn an_entry_that_makes_no_sense_is_refused_by_its_number() {
        for (text, error) in [
            ("a", ResourceError::NotAPair(1)),
            ("a=b,=c", ResourceError::NotAPair(2)),
            ("a=%ff", ResourceError::NotUtf8(1)),
            (&format!("a={}", "b".repeat(8193)), ResourceError::TooLong(1)),
            (
                &(0..129).map(|key| format!("k{key}=v,")).collect::<String>(),
                ResourceError::TooMany,
            ),
        ] {
            assert_eq!(resource(text, None).unwrap_err(), error, "{text}");
        }
    }
}
