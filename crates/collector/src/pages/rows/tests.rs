use zipkin::{Span, SpanId, TraceId, Waterfall, waterfall};

use super::*;

fn span(id: u64, parent: u64, name: &str, start: u64, duration: u64) -> Span {
    Span {
        parent_id: (parent > 0).then(|| SpanId::new(parent)),
        name: Some(name.to_owned()),
        timestamp: Some(1_000_000 + start),
        duration: Some(duration),
        ..Span::new(TraceId::new(1), SpanId::new(id))
    }
}

fn failed(mut span: Span) -> Span {
    span.tags.insert("error".to_owned(), String::new());
    span
}

/// The root's children: `select` so many times, one of them failed late and slow, and one other.
fn siblings(count: u64) -> Waterfall {
    let mut spans = vec![span(1, 0, "get /", 0, 10 * count + 100)];
    spans.extend((0..count).map(|at| span(at + 2, 1, "select", 10 * at, 10)));
    spans.push(failed(span(count + 2, 1, "select", 10 * count, 90)));
    spans.push(span(count + 3, 1, "render", 10 * count + 90, 5));
    waterfall(&spans).unwrap()
}

fn shown(trace: &Waterfall, asked: &Asked) -> Vec<String> {
    let shape = Shape::of(trace);
    let on_path: Vec<u64> = trace
        .rows
        .iter()
        .map(|row| row.duration.unwrap_or_default())
        .collect();
    let lines = lines(trace, &shape, &on_path, asked);
    assert!(lines.lines.len() <= MAX_LINES, "{}", lines.lines.len());
    let spans = lines.lines.iter().map(|line| match line {
        Line::Row { .. } => 1,
        Line::Fold { fold, .. } => fold.spans,
    });
    // No row is left out without a word.
    assert_eq!(spans.sum::<usize>() + lines.outside, trace.rows.len());
    let said = lines.lines.iter().map(|line| match line {
        Line::Row { row, indent } => {
            let row = &trace.rows[*row];
            format!(
                "{indent} {}{}",
                row.name,
                if row.error.is_some() { " failed" } else { "" }
            )
        }
        Line::Fold { fold, indent } => format!(
            "{indent} {:?} {} of {}, {} failed",
            fold.folded, fold.count, fold.spans, fold.failed
        ),
    });
    said.collect()
}

#[test]
fn a_small_trace_is_shown_whole() {
    let trace = siblings(200);
    assert_eq!(shown(&trace, &Asked::default()).len(), 203);
}

#[test]
fn a_late_failure_stands_beside_the_fold_of_its_siblings() {
    let lines = shown(&siblings(5_000), &Asked::default());
    assert_eq!(
        lines,
        [
            "0 get /",
            "1 select",
            "1 select",
            "1 Alike 4998 of 4998, 0 failed",
            "1 select failed",
            "1 render"
        ]
    );
}

#[test]
fn rows_that_are_asked_for_are_shown_in_pages() {
    let trace = siblings(5_000);
    let shape = Shape::of(&trace);
    let asked = Asked {
        rows: (1_000..5_000).collect(),
        ..Asked::default()
    };
    let lines = lines(&trace, &shape, &vec![0; trace.rows.len()], &asked);
    assert_eq!(lines.asked, PAGE);
    let has = |wanted| {
        lines
            .lines
            .iter()
            .any(|line| matches!(line, Line::Row { row, .. } if *row == wanted))
    };
    assert!(has(1_000) && has(1_000 + PAGE - 1) && !has(1_000 + PAGE));
}

#[test]
fn a_deep_chain_keeps_both_ends_of_the_way_to_its_failure() {
    let mut spans: Vec<Span> = (1..=10_000)
        .map(|id| span(id, id - 1, "call", id, 40_000 - 2 * id))
        .collect();
    spans.push(failed(span(10_001, 10_000, "last", 10_001, 5)));
    let lines = shown(
        &waterfall(&spans).unwrap(),
        &Asked {
            rows: vec![10_000],
            alone: true,
            range: None,
        },
    );
    assert_eq!(lines.len(), 14);
    assert_eq!(lines[4], "4 Levels 9988 of 9988, 0 failed");
    assert_eq!(lines[13], "13 last failed");
}

#[test]
fn every_shape_of_a_large_trace_fits() {
    let shapes: [(&str, &dyn Fn(u64) -> Span); 4] = [
        ("a chain", &|id| span(id, id - 1, "call", id, 40_000 - 2 * id)),
        ("each its own name", &|id| span(id, 1, &format!("n{id}"), id, id)),
        ("orphans", &|id| {
            span(id, 1_000_000 + id, &format!("n{}", id % 7), id, id)
        }),
        ("a binary tree", &|id| {
            failed(span(id, id / 2, &format!("n{}", id % 3), id, 20_000 / id))
        }),
    ];
    for (shape, span) in shapes {
        let trace = waterfall(&(1..=10_000).map(span).collect::<Vec<_>>()).unwrap();
        let lines = shown(&trace, &Asked::default());
        assert!(lines.len() > 10, "{shape}: {lines:?}");
        shown(
            &trace,
            &Asked {
                rows: (0..10_000).rev().collect(),
                alone: true,
                range: None,
            },
        );
    }
}

#[test]
fn a_range_leaves_out_what_does_not_run_in_it() {
    let trace = siblings(5_000);
    let lines = shown(
        &trace,
        &Asked {
            range: Some((50_000, 50_095)),
            ..Asked::default()
        },
    );
    assert_eq!(lines, ["0 get /", "1 select", "1 select failed", "1 render"]);
}
