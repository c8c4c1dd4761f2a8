//! Which names the spans have, each with how many spans have it: with its last span a name is gone.

use std::collections::BTreeMap;

use crate::store::{
    memory::{allocated, tree},
    packed::{PackedSpan, text},
};

/// By the name's bytes, as a packed span has them.
type Counts = BTreeMap<Vec<u8>, usize>;

/// The names of services, their spans and the services they call, and the values of some tags. All sorted.
pub struct Names {
    services: BTreeMap<Vec<u8>, Service>,
    values: BTreeMap<String, Counts>,
    bytes: usize,
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
            bytes: 0,
        }
    }

    /// Services that recorded spans.
    pub fn services(&self) -> Vec<String> {
        texts(&self.services)
    }

    /// Names of the spans of a service.
    pub fn span_names(&self, service: &str) -> Vec<String> {
        self.services
            .get(service.as_bytes())
            .map_or_else(Vec::new, |service| texts(&service.span_names))
    }

    /// Services that a service calls.
    pub fn remote_services(&self, service: &str) -> Vec<String> {
        self.services
            .get(service.as_bytes())
            .map_or_else(Vec::new, |service| texts(&service.remote_services))
    }

    /// Tags whose values are known.
    pub fn tags(&self) -> Vec<String> {
        self.values.keys().cloned().collect()
    }

    /// Values of such a tag.
    pub fn values(&self, tag: &str) -> Vec<String> {
        self.values.get(tag).map_or_else(Vec::new, texts)
    }

    /// Bytes of heap.
    pub fn bytes(&self) -> usize {
        self.bytes + tree(self.services.len(), size_of::<Vec<u8>>() + size_of::<Service>())
    }

    pub fn add(&mut self, span: &PackedSpan<'_>) {
        if let Some(name) = span.packed_service() {
            let service = match self.services.get_mut(name) {
                Some(service) => service,
                None => {
                    self.bytes += allocated(name.len());
                    self.services.entry(name.to_owned()).or_default()
                }
            };
            service.spans += 1;
            self.bytes += count(&mut service.span_names, span.packed_name());
            self.bytes += count(&mut service.remote_services, span.packed_remote_service());
        }
        for (tag, values) in &mut self.values {
            self.bytes += count(values, span.packed_tag(tag.as_bytes()));
        }
    }

    pub fn remove(&mut self, span: &PackedSpan<'_>) {
        if let Some(name) = span.packed_service()
            && let Some(service) = self.services.get_mut(name)
        {
            service.spans -= 1;
            self.bytes -= uncount(&mut service.span_names, span.packed_name());
            self.bytes -= uncount(&mut service.remote_services, span.packed_remote_service());
            if service.spans == 0 {
                self.bytes -= allocated(name.len());
                self.services.remove(name);
            }
        }
        for (tag, values) in &mut self.values {
            self.bytes -= uncount(values, span.packed_tag(tag.as_bytes()));
        }
    }
}

fn texts<T>(names: &BTreeMap<Vec<u8>, T>) -> Vec<String> {
    names.keys().map(|name| text(name).to_owned()).collect()
}

/// Counts a name; the bytes that this adds.
fn count(counts: &mut Counts, name: Option<&[u8]>) -> usize {
    let Some(name) = name else { return 0 };
    match counts.get_mut(name) {
        Some(count) => {
            *count += 1;
            0
        }
        None => {
            counts.insert(name.to_owned(), 1);
            last_bytes(counts.len(), name)
        }
    }
}

/// Undoes [`count`]; the bytes that this frees.
fn uncount(counts: &mut Counts, name: Option<&[u8]>) -> usize {
    let Some(name) = name else { return 0 };
    match counts.get_mut(name) {
        None => 0,
        Some(1) => {
            counts.remove(name);
            last_bytes(counts.len() + 1, name)
        }
        Some(count) => {
            *count -= 1;
            0
        }
    }
}

/// Bytes that the last of so many names takes.
fn last_bytes(names: usize, name: &[u8]) -> usize {
    const ENTRY: usize = size_of::<Vec<u8>>() + size_of::<usize>();
    allocated(name.len()) + tree(names, ENTRY) - tree(names - 1, ENTRY)
}
