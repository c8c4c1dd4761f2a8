//! Shared by the spans of a scope: the service, and the attributes of resource and scope, which become tags of each span.

use super::{tags, value::Value};
use crate::{EndpointRef, Text, decode::normal::lower_case};

/// The service that recorded the spans.
#[derive(Default)]
pub struct Resource<'a> {
    service_name: Option<Text<'a>>,
    executable: Option<Text<'a>>,
    tags: Vec<(Text<'a>, Text<'a>)>,
}

/// The library that recorded them.
#[derive(Default)]
pub struct Scope<'a> {
    /// Its name.
    pub name: Text<'a>,
    /// Its version.
    pub version: Text<'a>,
    tags: Vec<(Text<'a>, Text<'a>)>,
}

/// Both, as each span has them.
pub struct Shared<'a> {
    /// The service.
    pub local_endpoint: EndpointRef<'a>,
    /// Tags, by key; each key once.
    pub tags: Vec<(&'a str, &'a str)>,
    /// Bytes of all texts, those of keys that stand there twice among them: they take time.
    pub bytes: usize,
}

impl<'a> Resource<'a> {
    /// Takes an attribute.
    pub fn attribute(&mut self, key: Text<'a>, value: Value<'a>) {
        match (&*key, value) {
            ("service.name", value) => self.service_name = lower_case(value.into_text()),
            (_, value) => {
                if key == "process.executable.name" {
                    self.executable = match &value {
                        Value::Text(name) => lower_case(name.clone()),
                        _ => None,
                    };
                }
                push(&mut self.tags, key, value);
            }
        }
    }

    /// The service. Where none is named, as <https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/resource/README.md>
    /// has it for SDKs.
    pub fn service(&self) -> Text<'_> {
        match (&self.service_name, &self.executable) {
            (Some(name), _) => Text::Borrowed(name),
            (None, Some(executable)) => format!("unknown_service:{executable}").into(),
            (None, None) => Text::Borrowed("unknown_service"),
        }
    }
}

impl<'a> Scope<'a> {
    /// Takes an attribute.
    pub fn attribute(&mut self, key: Text<'a>, value: Value<'a>) {
        push(&mut self.tags, key, value);
    }
}

impl<'a> Shared<'a> {
    /// Both together. What the scope says of a key beats what the resource says.
    pub fn new(resource: &'a Resource<'_>, scope: &'a Scope<'_>) -> Self {
        let all = resource.tags.iter().chain(&scope.tags);
        let mut tags: Vec<(&str, &str)> = all.map(|(key, value)| (&**key, &**value)).collect();
        // The older names must be there, too.
        for (key, older, value) in [
            ("otel.scope.name", "otel.library.name", &scope.name),
            ("otel.scope.version", "otel.library.version", &scope.version),
        ] {
            if !value.is_empty() {
                tags.extend([(key, &**value), (older, &**value)]);
            }
        }
        let local_endpoint = EndpointRef {
            service_name: Some(resource.service()),
            ..EndpointRef::default()
        };
        let texts = tags.iter().map(|(key, value)| key.len() + value.len());
        let bytes = texts.sum::<usize>() + local_endpoint.service_name.as_deref().map_or(0, str::len);
        tags::sort(&mut tags);
        Self {
            local_endpoint,
            tags,
            bytes,
        }
    }
}

fn push<'a>(tags: &mut Vec<(Text<'a>, Text<'a>)>, key: Text<'a>, value: Value<'a>) {
    let value = value.into_text();
    // Zipkin takes any span with this tag for one that failed.
    let says_no_error = key == "error" && value == "false";
    if !key.is_empty() && !says_no_error {
        tags.push((key, value));
    }
}
