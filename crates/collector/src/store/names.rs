//! Which names the spans have, each with how many spans have it: with its last span a name is gone.

use std::collections::BTreeMap;

use zipkin::Span;

type Counts = BTreeMap<String, usize>;

/// The names of services, their spans and the services they call, and the values of some tags. All sorted.
pub struct Names {
    services: BTreeMap<String, Service>,
    values: BTreeMap<String, Counts>,
}

#[derive(Default)]
struct Service {
    spans: usize,
    span_names: Counts,
    remote_services: Counts,
}

impl Names {
    /// No names; `keys` are the tags whose values count.
    pub fn new(keys: &[String]) -> Self {
        Self {
            services: BTreeMap::new(),
            values: keys.iter().map(|key| (key.clone(), Counts::new())).collect(),
        }
    }

    /// Services that recorded spans.
    pub fn services(&self) -> Vec<String> {
        self.services.keys().cloned().collect()
    }

    /// Names of the spans of a service.
    pub fn span_names(&self, service: &str) -> Vec<String> {
        self.services
            .get(service)
            .map_or_else(Vec::new, |service| keys(&service.span_names))
    }

    /// Services that a service calls.
    pub fn remote_services(&self, service: &str) -> Vec<String> {
        self.services
            .get(service)
            .map_or_else(Vec::new, |service| keys(&service.remote_services))
    }

    /// Tags whose values are known.
    pub fn tags(&self) -> Vec<String> {
        self.values.keys().cloned().collect()
    }

    /// Values of such a tag.
    pub fn values(&self, tag: &str) -> Vec<String> {
        self.values.get(tag).map_or_else(Vec::new, keys)
    }

    pub(super) fn add(&mut self, span: &Span) {
        if let Some(name) = span.local_service() {
            let service = self.services.entry(name.to_owned()).or_default();
            service.spans += 1;
            count(&mut service.span_names, span.name.as_deref());
            count(&mut service.remote_services, span.remote_service());
        }
        for (tag, values) in &mut self.values {
            count(values, span.tags.get(tag).map(String::as_str));
        }
    }

    pub(super) fn remove(&mut self, span: &Span) {
        if let Some(name) = span.local_service()
            && let Some(service) = self.services.get_mut(name)
        {
            service.spans -= 1;
            uncount(&mut service.span_names, span.name.as_deref());
            uncount(&mut service.remote_services, span.remote_service());
            if service.spans == 0 {
                self.services.remove(name);
            }
        }
        for (tag, values) in &mut self.values {
            uncount(values, span.tags.get(tag).map(String::as_str));
        }
    }
}

fn keys(counts: &Counts) -> Vec<String> {
    counts.keys().cloned().collect()
}

fn count(counts: &mut Counts, name: Option<&str>) {
    let Some(name) = name else { return };
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

fn uncount(counts: &mut Counts, name: Option<&str>) {
    let Some(name) = name else { return };
    if let Some(count) = counts.get_mut(name) {
        *count -= 1;
        if *count == 0 {
            counts.remove(name);
        }
    }
}
