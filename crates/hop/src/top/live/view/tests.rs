use std::ops::ControlFlow;

use ask::lines::Line;
use crossterm::event::KeyEvent;

use super::*;
use crate::{draw::text::width, hops::add_up};

fn a_trace(id: u64, took: u64, tags: &str) -> zipkin::Waterfall {
    let json = format!(
        r#"[{{"traceId":"{id:016x}","id":"1","kind":"SERVER","name":"get /orders","timestamp":{}000000,"duration":{took},
            "localEndpoint":{{"serviceName":"gateway"}},"tags":{{{tags}}}}}]"#,
        1_700_000_000 + id
    );
    zipkin::waterfall(&zipkin::decode::list(json.as_bytes()).unwrap()).unwrap()
}

fn a_line(number: u64, message: &str) -> Line {
    Line {
        number,
        time: "2026-11-24T07:17:19.097000Z".into(),
        level: Some("INFO".into()),
        service: "orders".into(),
        trace_id: Some("0000000000000002".into()),
        message: message.into(),
        ..Line::default()
    }
}

/// Traces of these ids, the latest first.
fn look(ids: &[u64]) -> Look {
    let traces: Vec<_> = ids.iter().map(|id| a_trace(*id, id * 1_000, "")).collect();
    Look {
        calls: add_up(&traces),
        traces,
        lines: Some(vec![
            a_line(2, "second"),
            a_line(1, "first"),
            a_line(0, &"긴 줄 ".repeat(60)),
        ]),
    }
}

fn view(ids: &[u64]) -> View {
    let mut view = View::new("http://127.0.0.1:9411", Language::English);
    view.take(Ok((look(ids), None)));
    view
}

fn press(view: &mut View, keys: &str) {
    for key in keys.chars() {
        let code = match key {
            '\n' => KeyCode::Enter,
            '\x1b' => KeyCode::Esc,
            char => KeyCode::Char(char),
        };
        assert!(view.press(Some(code.into()), 24).is_continue());
    }
}

fn shown(view: &mut View) -> Vec<String> {
    view.rows(80, 24, Paint(false))
}

fn selected(view: &mut View) -> String {
    let rows = shown(view);
    rows.into_iter().find(|row| row.starts_with("> ")).unwrap()
}

#[test]
fn rows_fill_the_terminal_and_no_more() {
    let mut view = view(&[3, 2, 1]);
    for keys in ["", "2", "3", "1\n", "?"] {
        press(&mut view, keys);
        for (columns, height) in [(80, 24), (120, 40), (72, 5), (10, 2)] {
            let rows = view.rows(columns, height, Paint(false));
            assert_eq!(rows.len(), height, "{keys} {columns}×{height}");
            let widest = rows.iter().map(|row| width(row)).max().unwrap();
            assert!(widest <= columns, "{keys} {columns}: {rows:#?}");
        }
    }
}

#[test]
fn the_selected_trace_stays_when_new_ones_come() {
    let mut view = view(&[3, 2, 1]);
    assert!(selected(&mut view).contains("3.00 ms"));
    press(&mut view, "j");
    assert!(selected(&mut view).contains("2.00 ms"));
    view.take(Ok((look(&[5, 4, 3, 2, 1]), None)));
    assert!(selected(&mut view).contains("2.00 ms"));
    // The first row follows what is new.
    press(&mut view, "g");
    view.take(Ok((look(&[6, 5, 4]), None)));
    assert!(selected(&mut view).contains("6.00 ms"));
}

#[test]
fn enter_opens_and_escape_goes_back() {
    let mut view = view(&[3, 2, 1]);
    press(&mut view, "j\n");
    assert_eq!(view.open().unwrap().to_string(), "0000000000000002");
    let rows = shown(&mut view).join("\n");
    assert!(
        rows.contains("Trace 0000000000000002") && rows.contains("gateway's own work"),
        "{rows}"
    );
    press(&mut view, "\x1b");
    assert!(view.open().is_none() && selected(&mut view).contains("2.00 ms"));
    press(&mut view, "3\n");
    assert_eq!(view.open().unwrap().to_string(), "0000000000000002");
}

#[test]
fn a_text_keeps_the_rows_that_have_it() {
    let mut view = view(&[3, 2, 1]);
    press(&mut view, "3/FIRS\n");
    let rows = shown(&mut view).join("\n");
    assert!(
        rows.contains("orders first") && !rows.contains("orders second"),
        "{rows}"
    );
    press(&mut view, "/nowhere\n");
    assert!(shown(&mut view).join("\n").contains("Esc shows all of them"));
    press(&mut view, "\x1b");
    assert!(shown(&mut view).join("\n").contains("orders second"));
    // A q that is typed is a letter.
    press(&mut view, "/q");
    assert!(shown(&mut view).join("\n").contains("/q_"));
}

#[test]
fn a_failed_look_leaves_the_rows_and_says_why() {
    let mut view = view(&[3]);
    view.take(Err(anyhow::anyhow!("no \x1b[31manswer")));
    let rows = shown(&mut view).join("\n");
    assert!(rows.contains("3.00 ms") && rows.contains("answer"), "{rows}");
    assert!(!rows.contains('\x1b'));
}

#[test]
fn a_pause_holds_what_is_shown() {
    let mut view = view(&[3]);
    press(&mut view, "p");
    view.take(Ok((look(&[4]), None)));
    let rows = shown(&mut view).join("\n");
    assert!(rows.contains("3.00 ms") && rows.contains("paused"), "{rows}");
    press(&mut view, "p");
    view.take(Ok((look(&[4]), None)));
    assert!(selected(&mut view).contains("4.00 ms"));
}

#[test]
fn a_text_ends_at_its_last_row() {
    let mut view = view(&[1]);
    press(&mut view, "\n");
    let last = view.rows(80, 8, Paint(false));
    press(&mut view, "G");
    let end = view.rows(80, 8, Paint(false));
    assert_ne!(last, end);
    press(&mut view, "jjj");
    assert_eq!(view.rows(80, 8, Paint(false)), end);
    press(&mut view, "k");
    assert_ne!(view.rows(80, 8, Paint(false)), end);
}

#[test]
fn errors_have_a_mark_and_servers_without_lines_a_word() {
    let mut view = view(&[]);
    let traces = vec![a_trace(1, 5, r#""error":"no""#)];
    let look = Look {
        calls: add_up(&traces),
        traces,
        ..Look::default()
    };
    view.take(Ok((look, None)));
    assert!(selected(&mut view).contains("! gateway get /orders"));
    press(&mut view, "3");
    assert!(shown(&mut view).join("\n").contains("keeps no log lines"));
}

#[test]
fn control_c_ends_even_while_a_text_is_typed() {
    let mut view = view(&[]);
    press(&mut view, "/abc");
    let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(view.press(Some(key), 24), ControlFlow::Break(()));
}

#[test]
fn korean_fits_as_well() {
    let mut view = View::new("http://127.0.0.1:9411", Language::Korean);
    view.take(Ok((look(&[3, 2, 1]), None)));
    for keys in ["", "2", "3", "?"] {
        press(&mut view, keys);
        let rows = view.rows(80, 24, Paint(false));
        assert!(rows.iter().all(|row| width(row) <= 80), "{rows:#?}");
    }
}

#[test]
fn a_server_that_never_answered_is_said_whole() {
    let mut view = View::new("http://127.0.0.1:9411", Language::English);
    view.take(Err(anyhow::anyhow!(
        "{} is it running? `hop up` starts everything",
        "long ".repeat(20)
    )));
    assert!(shown(&mut view).join(" ").contains("`hop up` starts everything"));
}

#[test]
fn a_table_keeps_its_heading_whatever_is_looked_for() {
    let mut view = view(&[3]);
    press(&mut view, "2/nowhere\n");
    let rows = shown(&mut view).join("\n");
    assert!(
        rows.contains("longest") && rows.contains("Esc shows all of them"),
        "{rows}"
    );
}

#[test]
fn the_whole_id_finds_its_trace() {
    let mut view = view(&[3, 2]);
    press(&mut view, "/0000000000000002\n");
    let rows = shown(&mut view);
    assert!(selected(&mut view).contains("2.00 ms"), "{rows:#?}");
    assert!(!rows.join("\n").contains("3.00 ms"), "{rows:#?}");
}
