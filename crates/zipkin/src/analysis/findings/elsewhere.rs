//! Calls whose servers are in another trace, or in none: a context lost, ids cut, sampling decided anew.

use std::collections::HashSet;

use super::{Finding, FindingKind, lost::unanswered};
use crate::{
    Kind, Place, Row, TraceId, Waterfall,
    analysis::{
        beside::{Beside, lower_half},
        clocks::TOLERANCE_US,
        kin::{Kin, interval},
        says::Sentence,
    },
};

/// A server whose trace id is the lower half of its client's, in one trace: its keeper does not tell the two apart.
pub(super) fn ids_cut(kin: &Kin<'_>) -> Option<Finding> {
    let cut_here = kin.rows.iter().filter(|row| row.is_id_cut);
    let mut servers = cut_here.filter(|row| row.kind == Some(Kind::Server));
    servers.find_map(|server| {
        let client = kin.above(server).filter(|client| !client.is_id_cut)?;
        Some(cut(client, server, None))
    })
}

fn cut(client: &Row, server: &Row, rest: Option<TraceId>) -> Finding {
    let said = Sentence::IdsCut {
        service: server.service.clone(),
        caller: client.service.clone(),
        trace_id: rest.map(|id| id.to_string()),
    };
    Finding::new(FindingKind::IdsCut, 0, [client, server], said)
}

/// The first call that nobody here answered, by what is known beside the trace. One sentence is enough.
pub(super) fn servers(trace: &Waterfall, kin: &Kin<'_>, beside: &Beside) -> Option<Finding> {
    // A service that reports elsewhere in the trace has lost spans: sampling and contexts are one for all of it.
    let here: HashSet<&str> = trace.services.iter().map(String::as_str).collect();
    let known: HashSet<&str> = beside.services.iter().map(String::as_str).collect();
    let calls = || {
        unanswered(kin)
            .filter(|(service, row)| row.error.is_none() && row.duration.is_some() && !here.contains(service))
    };
    let rest = calls().find_map(|(service, client)| cut_beside(trace, service, client, beside));
    let own = || calls().find_map(|(service, client)| own_trace(service, client, beside));
    let none = || {
        let mut reporting = calls().filter(|(service, _)| known.contains(service));
        let (service, client) = reporting.next()?;
        let said = Sentence::NoServer {
            service: service.to_owned(),
            caller: client.service.clone(),
        };
        Some(Finding::new(FindingKind::NoServer, 0, [client], said))
    };
    rest.or_else(own).or_else(none)
}

/// The server's half in the trace of the lower half of the id.
fn cut_beside(trace: &Waterfall, service: &str, client: &Row, beside: &Beside) -> Option<Finding> {
    let half = lower_half(trace.trace_id)?;
    let halves = beside.traces.iter().filter(|other| other.trace_id == half);
    let mut rows = halves.flat_map(|other| &other.rows);
    let is_server = |row: &&Row| {
        row.kind == Some(Kind::Server) && row.service == service && row.span.parent_id == Some(client.span.id)
    };
    let server = rows.find(is_server)?;
    Some(cut(client, server, Some(half)))
}

/// A root of the service that ran during the call, and asks for the same.
fn own_trace(service: &str, client: &Row, beside: &Beside) -> Option<Finding> {
    let called = interval(client)?;
    let path = |row: &Row| row.span.tags.get("http.path").cloned();
    let is_its = |row: &Row| {
        let is_root = row.place == Place::Root && row.kind == Some(Kind::Server) && row.service == service;
        let is_during = interval(row).is_some_and(|when| {
            let tolerance = i128::from(TOLERANCE_US);
            when.start >= called.start - tolerance && when.start <= called.end + tolerance
        });
        let is_same = match (path(client), path(row)) {
            (Some(asked), Some(served)) => asked == served,
            _ => true,
        };
        is_root && is_during && is_same
    };
    let mut traces = beside.traces.iter();
    let (other, server) =
        traces.find_map(|other| Some((other, other.rows.first().filter(|row| is_its(row))?)))?;
    let said = Sentence::OwnTrace {
        service: service.to_owned(),
        caller: client.service.clone(),
        trace_id: other.trace_id.to_string(),
    };
    Some(Finding::new(FindingKind::LostContext, 0, [client, server], said))
}
