//! What each remote call of a trace cost: client time, server time, and the network between them.

use serde::Serialize;

use crate::{Kind, Row, Span, Waterfall};

/// One remote call, seen from the client, the server or both. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// The service that calls; none where it left no span, as at the edge.
    pub caller: Option<String>,
    /// The service that is called; empty where nobody says.
    pub callee: String,
    /// What is called: the server's name for it, else the client's.
    pub name: String,
    /// Microseconds that the client waited.
    pub client_us: Option<u64>,
    /// Microseconds that the server took.
    pub server_us: Option<u64>,
    /// Microseconds between the two: client minus server. None where a side is missing, or where the server took
    /// longer than the client waited.
    pub network_us: Option<u64>,
    /// Microseconds of the server's own work: without the time in which something below it ran.
    pub self_us: Option<u64>,
    /// Whether either side failed.
    pub error: bool,
}

/// The remote calls of a trace, in the order of its rows: each server's, and each client's that no server answered.
pub fn hops(waterfall: &Waterfall) -> Vec<Hop> {
    let children = children(&waterfall.rows);
    let mut hops = Vec::new();
    for (row, children) in waterfall.rows.iter().zip(&children) {
        let client = row
            .parent
            .and_then(|parent| waterfall.rows.get(parent))
            .filter(|parent| caused(parent, row));
        match row.kind {
            Some(Kind::Server) => hops.push(answered(row, client, children)),
            Some(Kind::Client) if !children.iter().any(|child| child.kind == Some(Kind::Server)) => {
                hops.push(unanswered(row));
            }
            _ => {}
        }
    }
    hops
}

// What each row caused.
fn children(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut children: Vec<Vec<&Row>> = vec![Vec::new(); rows.len()];
    for row in rows {
        let Some(parent) = row.parent else { continue };
        if let (Some(above), Some(siblings)) = (rows.get(parent), children.get_mut(parent))
            && caused(above, row)
        {
            siblings.push(row);
        }
    }
    children
}

// Not so where a span is drawn below the root only because its own parent is missing.
fn caused(above: &Row, row: &Row) -> bool {
    row.span.parent_id == Some(above.span.id) || (row.span.shared && row.span.id == above.span.id)
}

fn answered(server: &Row, above: Option<&Row>, children: &[&Row]) -> Hop {
    let client = above.filter(|above| above.kind == Some(Kind::Client));
    let client_us = client.and_then(|client| client.duration);
    let caller = above
        .map(|above| above.service.as_str())
        .filter(|service| !service.is_empty());
    Hop {
        caller: caller.or(server.span.remote_service()).map(str::to_owned),
        callee: server.service.clone(),
        name: if server.name.is_empty() {
            client.map(|client| client.name.clone()).unwrap_or_default()
        } else {
            server.name.clone()
        },
        client_us,
        server_us: server.duration,
        network_us: client_us
            .zip(server.duration)
            .and_then(|(client, server)| client.checked_sub(server)),
        self_us: own_time(&server.span, children),
        error: server.error.is_some() || client.is_some_and(|client| client.error.is_some()),
    }
}

fn unanswered(client: &Row) -> Hop {
    Hop {
        caller: client.span.local_service().map(str::to_owned),
        callee: client.span.remote_service().unwrap_or_default().to_owned(),
        name: client.name.clone(),
        client_us: client.duration,
        server_us: None,
        network_us: None,
        self_us: None,
        error: client.error.is_some(),
    }
}

// The span's duration without the union of its children's, clipped to it: what runs at once counts once.
fn own_time(span: &Span, children: &[&Row]) -> Option<u64> {
    let (start, end) = interval(span)?;
    let mut own = end - start;
    let mut covered_to = start;
    // Rows are sorted by start.
    for (from, to) in children.iter().filter_map(|child| interval(&child.span)) {
        let (from, to) = (from.max(covered_to), to.min(end));
        own -= to.saturating_sub(from);
        covered_to = covered_to.max(to);
    }
    Some(own)
}

fn interval(span: &Span) -> Option<(u64, u64)> {
    let start = span.timestamp?;
    Some((start, start.saturating_add(span.duration?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, waterfall};

    /// `caller>callee client server network self`, `-` for what is not known, `!` for an error.
    fn table(lines: &[&str]) -> Vec<String> {
        let shown = |time: Option<u64>| time.map_or("-".to_owned(), |time| time.to_string());
        let line = |hop: Hop| {
            let times = [hop.client_us, hop.server_us, hop.network_us, hop.self_us]
                .map(shown)
                .join(" ");
            let error = if hop.error { " !" } else { "" };
            format!(
                "{}>{} {times}{error}",
                hop.caller.as_deref().unwrap_or("-"),
                hop.callee
            )
        };
        hops(&waterfall(&trace(lines)).unwrap())
            .into_iter()
            .map(line)
            .collect()
    }

    #[test]
    fn three_hops_say_where_the_time_went() {
        let split = [
            "a 9 SERVER gateway - @1000+1000",
            "b a CLIENT gateway orders @1100+800",
            "c b SERVER orders - @1150+700",
            "d c CLIENT orders inventory @1200+300",
            "e d SERVER inventory - @1210+250",
        ];
        let joined = [
            "a 9 SERVER gateway - @1000+1000",
            "b a CLIENT gateway orders @1100+800",
            "b a SERVER orders - @1150+700 shared",
            "d b CLIENT orders inventory @1200+300",
            "d b SERVER inventory - @1210+250 shared",
        ];
        for lines in [split, joined] {
            assert_eq!(
                table(&lines),
                [
                    "->gateway - 1000 - 200",
                    "gateway>orders 800 700 100 400",
                    "orders>inventory 300 250 50 250"
                ]
            );
        }
    }

    #[test]
    fn each_side_alone_is_a_hop() {
        for (lines, expected) in [
            // A database reports nothing.
            (
                vec!["a - SERVER app web @1+9", "b a CLIENT app db @2+5 error"],
                vec!["web>app - 9 - 4", "app>db 5 - - - !"],
            ),
            // The client's span was lost: the server knows who called, or does not.
            (
                vec!["a - SERVER web - @1+9", "c b SERVER app web @3+4"],
                vec!["->web - 9 - 9", "web>app - 4 - 4"],
            ),
            (
                vec!["a - SERVER web - @1+9", "c b SERVER app - @3+4"],
                vec!["->web - 9 - 9", "->app - 4 - 4"],
            ),
            (vec!["b a SERVER app - @3+4 shared"], vec!["->app - 4 - 4"]),
            // No times, no names.
            (vec!["a - CLIENT - -"], vec!["-> - - - -"]),
            (
                vec!["a - CLIENT web - @5", "b a SERVER app - @6+1"],
                vec!["web>app - 1 - 1"],
            ),
            // Local work and messages are no hops.
            (
                vec![
                    "a - - web app @1+1",
                    "b a PRODUCER web kafka @1+1",
                    "c b CONSUMER app kafka @1+1",
                ],
                vec![],
            ),
            // A server below local work.
            (
                vec!["a - - batch - @1+9", "b a SERVER app - @2+3"],
                vec!["batch>app - 3 - 3"],
            ),
        ] {
            assert_eq!(table(&lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn network_time_is_never_negative() {
        // The client gave up; the server went on.
        assert_eq!(
            table(&["a - CLIENT web app @1+10 error", "b a SERVER app - @2+30"]),
            ["web>app 10 30 - 30 !"]
        );
    }

    #[test]
    fn own_time_leaves_out_what_ran_below_once() {
        for (children, own) in [
            (vec![], 100),
            (vec!["b a CLIENT s x @110+20", "c a CLIENT s x @150+20"], 60),
            // Overlapping, one within the other, the same twice.
            (vec!["b a - s - @110+40", "c a - s - @130+40"], 40),
            (
                vec!["b a - s - @110+60", "c a - s - @120+10", "d a - s - @165+10"],
                35,
            ),
            (vec!["b a - s - @110+10", "c a - s - @110+10"], 90),
            // Clipped: a task that outlives the response, clocks that disagree.
            (vec!["b a - s - @190+300"], 90),
            (vec!["b a - s - @50+60"], 90),
            (vec!["b a - s - @10+10", "c a - s - @900+10"], 100),
            (vec!["b a - s - @1+900"], 0),
            // Only what lies directly below, and only with times.
            (vec!["b a - s - @110+10", "c b - s - @111+80"], 90),
            (vec!["b a - s - @110", "c a - s -"], 100),
            // Below the root only for want of a parent.
            (vec!["b 9 - s - @110+10"], 100),
        ] {
            let mut lines = vec!["a - SERVER s - @100+100"];
            lines.extend(&children);
            let hops = hops(&waterfall(&trace(&lines)).unwrap());
            assert_eq!(hops[0].self_us, Some(own), "{children:?}");
        }
        assert_eq!(
            table(&["a - SERVER s - @5", "b a CLIENT s x @6+1"])[0],
            "->s - - - -"
        );
    }

    #[test]
    fn the_servers_name_for_the_call_wins() {
        let mut spans = trace(&["a - CLIENT web -", "b a SERVER app -"]);
        spans[0].name = Some("get".into());
        assert_eq!(hops(&waterfall(&spans).unwrap())[0].name, "get");
        spans[1].name = Some("get /orders/{id}".into());
        assert_eq!(hops(&waterfall(&spans).unwrap())[0].name, "get /orders/{id}");
    }
}
