//! What each remote call of a trace cost: client time, server time, and the network between them.

use serde::Serialize;

use super::{
    clocks::TOLERANCE_US,
    kin::{Kin, interval},
};
use crate::{Kind, Place, Row, Waterfall, words};

/// One remote call, seen from the client, the server or both. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// Index of the server's row, or of the client's where no server answered.
    #[serde(skip)]
    pub row: usize,
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
    /// Microseconds between the two: client minus server.
    pub network_us: Option<u64>,
    /// Microseconds of the server's own work: without the time in which something below it ran.
    pub self_us: Option<u64>,
    /// Whether either side failed.
    pub error: bool,
    /// Why a figure is missing.
    pub why: Reasons,
}

/// Why figures are missing; none for those that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reasons {
    /// Of the client's wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_us: Option<Why>,
    /// Of the server's time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_us: Option<Why>,
    /// Of the network's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_us: Option<Why>,
    /// Of the server's own work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_us: Option<Why>,
}

/// Why a figure is missing. It is written to JSON in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum Why {
    /// The side left no span.
    #[serde(rename = "not reported")]
    NotReported,
    /// The span, or one that it waited for, has no duration.
    #[serde(rename = "not ended")]
    NotEnded,
    /// The span, or one that it waited for, does not say when it ran.
    #[serde(rename = "no time")]
    NoTime,
    /// Whose share of the client's wait is in no span.
    #[serde(rename = "several servers answered this call")]
    SeveralServers,
    /// The client gave up, and the server went on.
    #[serde(rename = "the server outlived its caller")]
    Outlived,
    /// What ran on another clock cannot be taken off.
    #[serde(rename = "clocks disagree")]
    Clocks,
}

impl Why {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotReported => words::NOT_REPORTED,
            Self::NotEnded => words::NOT_ENDED,
            Self::NoTime => words::NO_TIME,
            Self::SeveralServers => "several servers answered this call",
            Self::Outlived => "the server outlived its caller",
            Self::Clocks => "clocks disagree",
        }
    }
}

impl Hop {
    /// Who calls, in words.
    pub fn caller_or_why(&self) -> &str {
        caller_or_why(self.caller.as_deref(), self.from_outside)
    }
}

/// Who calls, in words.
pub(super) fn caller_or_why(caller: Option<&str>, from_outside: bool) -> &str {
    let none = if from_outside {
        words::OUTSIDE
    } else {
        words::NOT_REPORTED
    };
    caller.unwrap_or(none)
}

/// The remote calls of a trace, in the order of its rows: each server's, and each client's that no server answered.
pub fn hops(waterfall: &Waterfall) -> Vec<Hop> {
    of(&Kin::of(waterfall))
}

pub(super) fn of(kin: &Kin<'_>) -> Vec<Hop> {
    let rows = kin.rows.iter().enumerate();
    let hop = |(index, row): (usize, &Row)| match row.kind {
        Some(Kind::Server) => Some(answered(kin, index, row)),
        Some(Kind::Client) if kin.servers(index) == 0 => Some(unanswered(index, row)),
        _ => None,
    };
    rows.filter_map(hop).collect()
}

fn answered(kin: &Kin<'_>, index: usize, server: &Row) -> Hop {
    let above = kin.above(server);
    let client = above.filter(|above| above.kind == Some(Kind::Client));
    let caller = above
        .map(|above| above.service.as_str())
        .filter(|service| !service.is_empty());
    let client_us = client.map_or(Err(Why::NotReported), duration);
    let server_us = duration(server);
    let is_alone = server.parent.is_none_or(|client| kin.servers(client) == 1);
    let network_us = match (client_us, server_us) {
        (Ok(client), Ok(server)) if is_alone => client.checked_sub(server).ok_or(Why::Outlived),
        (Ok(_), Ok(_)) => Err(Why::SeveralServers),
        (Err(why), _) | (_, Err(why)) => Err(why),
    };
    let self_us = own_time(kin, index, server);
    Hop {
        row: index,
        caller: caller.or(server.span.remote_service()).map(str::to_owned),
        from_outside: server.place == Place::Root,
        callee: server.service.clone(),
        name: if server.name.is_empty() {
            client.map(|client| client.name.clone()).unwrap_or_default()
        } else {
            server.name.clone()
        },
        client_us: client_us.ok(),
        server_us: server_us.ok(),
        network_us: network_us.ok(),
        self_us: self_us.ok(),
        error: server.error.is_some() || client.is_some_and(|client| client.error.is_some()),
        why: Reasons {
            client_us: client_us.err(),
            server_us: server_us.err(),
            network_us: network_us.err(),
            self_us: self_us.err(),
        },
    }
}

fn unanswered(index: usize, client: &Row) -> Hop {
    let client_us = duration(client);
    let not_reported = Some(Why::NotReported);
    Hop {
        row: index,
        caller: client.span.local_service().map(str::to_owned),
        from_outside: false,
        callee: client.span.remote_service().unwrap_or_default().to_owned(),
        name: client.name.clone(),
        client_us: client_us.ok(),
        server_us: None,
        network_us: None,
        self_us: None,
        error: client.error.is_some(),
        why: Reasons {
            client_us: client_us.err(),
            server_us: not_reported,
            network_us: not_reported,
            self_us: not_reported,
        },
    }
}

fn duration(row: &Row) -> Result<u64, Why> {
    let none = if row.offset.is_some() {
        Why::NotEnded
    } else {
        Why::NoTime
    };
    row.duration.ok_or(none)
}

// The span's duration without the union of its children's, clipped to it: what runs at once counts once.
fn own_time(kin: &Kin<'_>, index: usize, row: &Row) -> Result<u64, Why> {
    let when = |row: &Row| {
        duration(row)?;
        interval(row).ok_or(Why::NoTime)
    };
    let whole = when(row)?;
    let (mut own, mut covered_to) = (whole.length(), whole.start);
    // Nobody waits for who takes a message. Rows are sorted by start.
    for (_, child) in kin
        .below(index)
        .filter(|(_, child)| child.kind != Some(Kind::Consumer))
    {
        let part = when(child)?;
        let fits = part.length() <= whole.length();
        if child.service != row.service && fits && part.move_into(whole).unsigned_abs() > TOLERANCE_US.into()
        {
            return Err(Why::Clocks);
        }
        let (from, to) = (part.start.max(covered_to), part.end.min(whole.end));
        own -= (to - from).max(0);
        covered_to = covered_to.max(to);
    }
    u64::try_from(own).map_err(|_| Why::NoTime)
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
    fn a_missing_figure_has_its_reason() {
        let reasons = |lines: &[&str], hop: usize| {
            let why = hops(&waterfall(&trace(lines)).unwrap())[hop].why;
            [why.client_us, why.server_us, why.network_us, why.self_us].map(|why| why.map_or("", Why::as_str))
        };
        let unknown = "not reported";
        for (lines, expected) in [
            (vec!["a - SERVER app - @1+9"], [unknown, "", unknown, ""]),
            (vec!["a - CLIENT web app @1+9"], ["", unknown, unknown, unknown]),
            (
                vec!["a - CLIENT web app @1"],
                ["not ended", unknown, unknown, unknown],
            ),
            (
                vec!["a - CLIENT web - @1+9", "b a SERVER app - @2"],
                ["", "not ended", "not ended", "not ended"],
            ),
            (
                vec!["a - CLIENT web - @1+9", "b a SERVER app - @2+10"],
                ["", "", "the server outlived its caller", ""],
            ),
            (
                vec![
                    "a - CLIENT web - @1+9",
                    "b a SERVER app - @2+1",
                    "c a SERVER app - @4+1",
                ],
                ["", "", "several servers answered this call", ""],
            ),
            (vec!["a - SERVER web -"], [unknown, "no time", unknown, "no time"]),
            // On another clock, with no client between to take it off.
            (
                vec!["a - SERVER web - @1000+900", "b a SERVER app - @9000+500"],
                [unknown, "", unknown, "clocks disagree"],
            ),
        ] {
            assert_eq!(reasons(&lines, 0), expected, "{lines:?}");
        }
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
