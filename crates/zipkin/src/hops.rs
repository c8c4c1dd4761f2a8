//! What each remote call of a trace cost: client time, server time, and the network between them.

use serde::Serialize;

use crate::{Kind, Place, Row, Span, Waterfall, words};

/// One remote call, seen from the client, the server or both. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// The service that calls; none where neither it nor the one that is called says.
    pub caller: Option<String>,
    /// Whether the call has no parent id: nothing that is traced made it. Without it and without a caller, the caller
    /// has reported nothing.
    pub from_outside: bool,
    /// The service that is called; empty where nobody says.
    pub callee: String,
    /// What is called: the server's name for it, else the client's.
    pub name: String,
    /// Microseconds that the client waited.
    pub client_us: Option<u64>,
    /// Microseconds that the server took.
    pub server_us: Option<u64>,
    /// Microseconds between the two: client minus server. None where a side is missing, where several servers took the
    /// call, or where the server took longer than the client waited.
    pub network_us: Option<u64>,
    /// Microseconds of the server's own work: without the time in which something below it ran. None where it, or
    /// something below it, does not say when it ran.
    pub self_us: Option<u64>,
    /// Whether either side failed.
    pub error: bool,
}

impl Hop {
    /// Who calls, in words.
    pub fn caller_or_why(&self) -> &str {
        let none = if self.from_outside {
            words::OUTSIDE
        } else {
            words::NOT_REPORTED
        };
        self.caller.as_deref().unwrap_or(none)
    }
}

/// The remote calls of a trace, in the order of its rows: each server's, and each client's that no server answered.
pub fn hops(waterfall: &Waterfall) -> Vec<Hop> {
    let children = children(&waterfall.rows);
    let mut hops = Vec::new();
    for (row, below) in waterfall.rows.iter().zip(&children) {
        match row.kind {
            Some(Kind::Server) => {
                let above = row.parent.and_then(|parent| waterfall.rows.get(parent));
                let siblings = row.parent.and_then(|parent| children.get(parent));
                hops.push(answered(
                    row,
                    above,
                    below,
                    siblings.is_some_and(|all| servers(all) > 1),
                ));
            }
            Some(Kind::Client) if servers(below) == 0 => hops.push(unanswered(row)),
            _ => {}
        }
    }
    hops
}

// What each row caused.
fn children(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut children: Vec<Vec<&Row>> = vec![Vec::new(); rows.len()];
    for row in rows {
        if let Some(siblings) = row.parent.and_then(|parent| children.get_mut(parent)) {
            siblings.push(row);
        }
    }
    children
}

fn servers(rows: &[&Row]) -> usize {
    rows.iter().filter(|row| row.kind == Some(Kind::Server)).count()
}

fn answered(server: &Row, above: Option<&Row>, children: &[&Row], is_one_of_several: bool) -> Hop {
    let client = above.filter(|above| above.kind == Some(Kind::Client));
    let client_us = client.and_then(|client| client.duration);
    let caller = above
        .map(|above| above.service.as_str())
        .filter(|service| !service.is_empty());
    let both = client_us.zip(server.duration).filter(|_| !is_one_of_several);
    Hop {
        caller: caller.or(server.span.remote_service()).map(str::to_owned),
        from_outside: server.place == Place::Root,
        callee: server.service.clone(),
        name: if server.name.is_empty() {
            client.map(|client| client.name.clone()).unwrap_or_default()
        } else {
            server.name.clone()
        },
        client_us,
        server_us: server.duration,
        network_us: both.and_then(|(client, server)| client.checked_sub(server)),
        self_us: own_time(&server.span, children),
        error: server.error.is_some() || client.is_some_and(|client| client.error.is_some()),
    }
}

fn unanswered(client: &Row) -> Hop {
    Hop {
        caller: client.span.local_service().map(str::to_owned),
        from_outside: false,
        callee: client.span.remote_service().unwrap_or_default().to_owned(),
        name: client.name.clone(),
        client_us: client.duration,
        server_us: None,
        network_us: None,
        self_us: None,
        error: client.error.is_some(),
    }
}

// The span's duration without the union of its children's, clipped to it: what runs at once counts once. It is not known
// while one of them is not.
fn own_time(span: &Span, children: &[&Row]) -> Option<u64> {
    let (start, end) = interval(span)?;
    let mut own = end - start;
    let mut covered_to = start;
    // Nobody waits for who takes a message. Rows are sorted by start.
    for child in children.iter().filter(|child| child.kind != Some(Kind::Consumer)) {
        let (from, to) = interval(&child.span)?;
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
                hop.caller_or_why().replace(' ', "-"),
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
                    "not-reported>gateway - 1000 - 200",
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
                vec!["outside>web - 9 - 9", "web>app - 4 - 4"],
            ),
            (
                vec!["a - SERVER web - @1+9", "c b SERVER app - @3+4"],
                vec!["outside>web - 9 - 9", "not-reported>app - 4 - 4"],
            ),
            (
                vec!["b a SERVER app - @3+4 shared"],
                vec!["not-reported>app - 4 - 4"],
            ),
            // No times, no names.
            (vec!["a - CLIENT - -"], vec!["not-reported> - - - -"]),
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
    fn the_network_of_a_call_that_several_servers_took_is_not_known() {
        let lines = [
            "a - CLIENT web app @1+40",
            "b a SERVER app - @2+4",
            "c a SERVER app - @8+30",
            "d - CLIENT web app @1+40",
            "d - SERVER app/1.1.1.1 - @2+4 shared",
            "d - SERVER app/1.1.1.2 - @8+30 shared",
        ];
        let calls = ["web>app 40 4 - 4", "web>app 40 30 - 30"];
        assert_eq!(table(&lines), [calls, calls].concat());
    }

    #[test]
    fn only_a_call_without_a_parent_id_comes_from_outside() {
        let lines = [
            "a - SERVER web - @1+9",
            "b - SERVER web - @2+9",
            "c 9 SERVER app - @3+9",
            "d - SERVER app - @4+9 shared",
            "e f SERVER app - @5+9",
            "f e SERVER app - @6+9",
        ];
        let callers = table(&lines)
            .into_iter()
            .map(|line| line.split(' ').next().unwrap().to_owned());
        assert_eq!(
            callers.collect::<Vec<_>>(),
            [
                "outside>web",
                "outside>web",
                "not-reported>app",
                "app>app",
                "not-reported>app",
                "not-reported>app"
            ]
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
            // Its parent is missing, or it has none: whose time it took is not known.
            (vec!["b 9 - s - @110+10", "c - - s - @110+10"], 100),
            // Nobody waits until a message is taken.
            (vec!["b a CONSUMER t kafka @110+50"], 100),
            (
                vec!["b a PRODUCER s kafka @110+10", "c b CONSUMER t kafka @130+50"],
                90,
            ),
        ] {
            let mut lines = vec!["a - SERVER s - @100+100"];
            lines.extend(&children);
            let hops = hops(&waterfall(&trace(&lines)).unwrap());
            assert_eq!(hops[0].self_us, Some(own), "{children:?}");
        }
        for (lines, expected) in [
            (["a - SERVER s - @5", "b a CLIENT s x @6+1"], "outside>s - - - -"),
            (["a - SERVER s - @5+9", "b a CLIENT s x @6"], "outside>s - 9 - -"),
            (["a - SERVER s - @5+9", "b a CLIENT s x -"], "outside>s - 9 - -"),
        ] {
            assert_eq!(table(&lines)[0], expected);
        }
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
