//! Dependency links, Zipkin's graph of callers and callees, computed from whole traces.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Kind, SpanRef,
    tree::{Step, Tree},
};

/// So many calls from one service to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DependencyLink {
    /// The service that calls.
    pub parent: String,
    /// The service that is called.
    pub child: String,
    /// Calls.
    pub call_count: u64,
    /// Calls that failed; left out of the JSON when zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub error_count: u64,
}

/// Adds up the links of many traces.
///
/// ```
/// use zipkin::{Linker, decode};
///
/// let trace = decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"CLIENT","localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"2","parentId":"1","kind":"SERVER","localEndpoint":{"serviceName":"app"}}]"#,
/// )?;
/// let mut linker = Linker::default();
/// linker.put_trace(&trace);
/// let links = linker.links();
/// assert_eq!((links[0].parent.as_str(), links[0].child.as_str()), ("web", "app"));
/// assert_eq!(links[0].call_count, 1);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Linker {
    /// By caller, then by who is called.
    calls: BTreeMap<String, BTreeMap<String, Calls>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    all: u64,
    failed: u64,
}

impl Linker {
    /// Adds the links of one trace, which may be `&[Span]` or [`SpanRef`]s.
    pub fn put_trace<'a>(&mut self, trace: impl IntoIterator<Item = impl Into<SpanRef<'a>>>) {
        let tree = Tree::below_one_root(trace);
        let steps = tree.depth_first();
        // Local work may lie between a span and the remote call that caused it.
        let mut remote_ancestors: Vec<Option<&SpanRef>> = Vec::with_capacity(steps.len());
        for step in &steps {
            let parent = step
                .parent
                .and_then(|parent| steps.get(parent))
                .map(|step| step.span);
            let above = step
                .parent
                .and_then(|parent| remote_ancestors.get(parent).copied().flatten());
            let ancestor = parent.filter(|parent| parent.kind.is_some()).or(above);
            remote_ancestors.push(ancestor);
            self.put_span(step, ancestor);
        }
    }

    /// The links of all traces, by the names of the services.
    pub fn links(&self) -> Vec<DependencyLink> {
        let links = self.calls.iter().flat_map(|(parent, children)| {
            children.iter().map(|(child, calls)| DependencyLink {
                parent: parent.clone(),
                child: child.clone(),
                call_count: calls.all,
                error_count: calls.failed,
            })
        });
        links.collect()
    }

    fn put_span(&mut self, step: &Step<'_>, ancestor: Option<&SpanRef<'_>>) {
        let span = step.span;
        let (local, remote) = (span.local_service(), span.remote_service());
        let kind = match span.kind {
            // The server knows its own name best: its span makes the link.
            Some(Kind::Client) if !step.is_leaf => return,
            Some(kind) => kind,
            None if local.is_some() && remote.is_some() => Kind::Client,
            None => return,
        };
        let failed = is_error(span);
        match kind {
            // Between these two is a broker, which has a name or is not known.
            Kind::Producer => self.add(local, remote, failed),
            Kind::Consumer => self.add(remote, local, failed),
            Kind::Client | Kind::Server => {
                let failed = failed || ancestor.is_some_and(|client| is_error_of_call(client, span));
                let caller = ancestor.and_then(SpanRef::local_service);
                if kind == Kind::Server {
                    self.add(caller.or(remote), local, failed);
                } else {
                    self.add_missing_server(caller, local);
                    self.add(local.or(caller), remote, failed);
                }
            }
        }
    }

    // A client in another service than its ancestor: the span of the server between them is missing.
    fn add_missing_server(&mut self, caller: Option<&str>, local: Option<&str>) {
        if caller != local {
            self.add(caller, local, false);
        }
    }

    // A link has two known ends.
    fn add(&mut self, parent: Option<&str>, child: Option<&str>, failed: bool) {
        if let (Some(parent), Some(child)) = (parent, child) {
            with_entry(&mut self.calls, parent, |children| {
                with_entry(children, child, |calls| {
                    calls.all += 1;
                    calls.failed += u64::from(failed);
                });
            });
        }
    }
}

// A name is copied only where it is new.
fn with_entry<V: Default>(map: &mut BTreeMap<String, V>, name: &str, change: impl FnOnce(&mut V)) {
    match map.get_mut(name) {
        Some(known) => change(known),
        None => change(map.entry(name.to_owned()).or_default()),
    }
}

// The tag, whatever it says; an annotation of this name is only an event.
fn is_error(span: &SpanRef<'_>) -> bool {
    span.tag("error").is_some()
}

// The client's side of a call makes no link of its own, so its error counts here.
fn is_error_of_call(client: &SpanRef<'_>, span: &SpanRef<'_>) -> bool {
    client.local_service().is_some()
        && client.kind == Some(Kind::Client)
        && span.parent_id == Some(client.id)
        && is_error(client)
}

// serde passes a reference to whatever the field is.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests;
