//! The main part of a trace's page, drawn from what is laid out, and the JSON that says the same.

use std::collections::HashSet;

use zipkin::TraceId;

use super::{
    standing::{Compared, Standing},
    top, twin,
};
use crate::{
    ZipkinUi,
    pages::{
        hops,
        laid::{self, Laid, Whole},
        reader::Reader,
        rows::{self, Lines},
        view::{Open, View},
        waterfall::{self, Drawing},
    },
    store::Spans,
};

/// A trace of more spans has their details on pages of their own.
const DETAILED: usize = 40;

/// Of what is found in it, so many have them in their rows.
const DETAILED_FOUND: usize = 10;

/// The main part of a page. How the trace stands among others changes with these: it is put in between each time.
pub struct Drawn {
    /// Title and answer.
    pub before: String,
    /// All else.
    pub after: String,
    /// Root and duration, by which others are compared.
    pub compared: Option<Compared>,
}

/// The page of what an address asks for.
/// `zipkin` has the same trace.
pub fn page(reader: &Reader, view: &View, spans: &Spans, laid: &Laid, zipkin: Option<&ZipkinUi>) -> Drawn {
    let (lines, found) = lines(view, spans, laid);
    let detailed = detailed(laid, &lines, found.as_deref().unwrap_or_default());
    let ids = detailed
        .iter()
        .filter_map(|&row| Some(laid.row(row)?.span.id))
        .collect();
    let drawing = Drawing {
        reader,
        id: laid.trace.trace_id,
        laid,
        view,
        whole: &Whole::of(spans, &ids),
        detailed,
        found: found.as_deref(),
    };
    let [before, findings] = top::section(reader, laid, zipkin);
    let after = format!(
        "{findings}{}{}<script type=\"module\" src=\"{}trace.js\"></script>\n",
        hops::section(reader, laid),
        waterfall::section(&drawing, &lines),
        reader.root,
    );
    Drawn {
        before,
        after,
        compared: Compared::of(laid),
    }
}

/// The same as JSON.
pub fn json(view: &View, spans: &Spans, laid: &Laid, standing: Option<Standing>) -> String {
    let (lines, _) = lines(view, spans, laid);
    twin::json(laid, &lines, standing)
}

/// In place of a trace that is not laid out.
pub fn too_large(reader: &Reader, id: TraceId) -> String {
    let title = reader.say("Too large to draw");
    let why = reader.say("This trace has more spans than a page can lay out.");
    let all = reader.say("All of them, as JSON");
    format!(
        "<h1>{title}</h1>\n<p>{why} <a href=\"{}api/v2/trace/{id}\">{all}</a></p>\n",
        reader.root
    )
}

/// The lines that an address asks for, and the rows that it finds.
fn lines(view: &View, spans: &Spans, laid: &Laid) -> (Lines, Option<Vec<usize>>) {
    let found = (!view.find.is_empty()).then(|| laid::found(spans, laid, &view.find));
    let wanted = found.clone().or_else(|| view.opens(laid)).unwrap_or_default();
    let width = laid.trace.times.width;
    let asked = rows::Asked {
        rows: wanted.into_iter().skip(view.after).collect(),
        alone: view.open == Some(Open::All),
        range: view.is_zoomed(width).then(|| view.range(width)),
    };
    let lines = rows::lines(&laid.trace, &laid.shape, &laid.on_path, &asked);
    (lines, found)
}

/// The rows whose details are on the page: all of a few, or the first that were found.
fn detailed(laid: &Laid, lines: &Lines, found: &[usize]) -> HashSet<usize> {
    let shown = lines.rows();
    if laid.trace.rows.len() <= DETAILED {
        return shown.collect();
    }
    let shown = shown.filter(|row| found.binary_search(row).is_ok());
    shown.take(DETAILED_FOUND).collect()
}
