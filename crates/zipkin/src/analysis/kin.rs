//! Which rows of a trace belong together: a caller and what it called, in time.

use std::ops::Range;

use crate::{Kind, Row, Waterfall, tree::siblings};

/// Two ends within this time, in microseconds, are one: a server was stopped with its caller, or a body came with its head.
pub const AT_ONCE: i128 = 1_000;

/// The rows of a trace with what each caused.
#[derive(Debug)]
pub struct Kin<'a> {
    /// The rows, each after the one that caused it.
    pub rows: &'a [Row],
    /// The children of all rows, those of each together.
    children: Vec<usize>,
    /// Where those of each are.
    places: Vec<Range<usize>>,
    /// The number of servers that each row caused: a row may have 100,000 of them, and each asks for the number.
    servers: Vec<usize>,
}

/// When something ran, in microseconds. Signed and wide: a correction may move it before the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub start: i128,
    pub end: i128,
}

impl<'a> Kin<'a> {
    /// Looks who caused whom.
    pub fn of(trace: &'a Waterfall) -> Self {
        let parents: Vec<Option<usize>> = trace.rows.iter().map(|row| row.parent).collect();
        let (places, children) = siblings(&parents, 0..trace.rows.len());
        let mut servers = vec![0; trace.rows.len()];
        for row in &trace.rows {
            let above = row.parent.filter(|_| row.kind == Some(Kind::Server));
            if let Some(count) = above.and_then(|above| servers.get_mut(above)) {
                *count += 1;
            }
        }
        Self {
            rows: &trace.rows,
            children,
            places,
            servers,
        }
    }

    /// The row.
    pub fn row(&self, index: usize) -> Option<&'a Row> {
        self.rows.get(index)
    }

    /// Places of what the row caused, by start.
    pub fn children(&self, index: usize) -> &[usize] {
        let place = self.places.get(index).cloned().unwrap_or_default();
        self.children.get(place).unwrap_or_default()
    }

    /// The children of the row, by start.
    pub fn below(&self, index: usize) -> impl Iterator<Item = (usize, &'a Row)> {
        let children = self.children(index).iter();
        children.filter_map(|&child| Some((child, self.row(child)?)))
    }

    /// The parent of the row.
    pub fn above(&self, row: &Row) -> Option<&'a Row> {
        self.row(row.parent?)
    }

    /// The one server that answered a client's call: with two of them, neither answered the whole call.
    pub fn only_server(&self, client: usize) -> Option<(usize, &'a Row)> {
        let is_call = self.row(client).is_some_and(|row| row.kind == Some(Kind::Client));
        (is_call && self.servers(client) == 1).then_some(())?;
        self.below(client).find(|(_, row)| row.kind == Some(Kind::Server))
    }

    /// The number of servers that answered a call.
    pub fn servers(&self, client: usize) -> usize {
        self.servers.get(client).copied().unwrap_or_default()
    }

    /// When a row ran, for the one that waits for it: a call goes on until the last of its answer has come.
    pub fn awaited(&self, index: usize) -> Option<Interval> {
        let when = interval(self.row(index)?)?;
        let Some((server, longer)) = self.slow_answer(index) else {
            return Some(when);
        };
        let end = when.end + longer;
        // By its server's clock, where that agrees with the client's.
        let by_server =
            interval(server).filter(|served| served.start >= when.start && served.start <= when.end);
        Some(Interval {
            end: by_server.map_or(end, |served| served.end.max(end)),
            ..when
        })
    }

    /// The server that went on sending its answer after its client had the headers, and for how many microseconds at
    /// least, while the caller waited. Lengths alone are compared: clocks do not matter.
    pub fn slow_answer(&self, client: usize) -> Option<(&'a Row, i128)> {
        let (_, server) = self.only_server(client)?;
        let client = self.row(client)?;
        let is_well = client.error.is_none() && server.error.is_none();
        let longer = i128::from(server.duration?.checked_sub(client.duration?)?);
        let waited = interval(self.above(client)?)?.end - interval(client)?.end;
        // A caller that ended before did not wait: the server worked on behind its answer.
        let is_slow = is_well && longer >= AT_ONCE && waited + AT_ONCE >= longer;
        is_slow.then_some((server, longer))
    }

    /// The service that a client called: its server's, else the one that the client names; empty where neither is known.
    pub fn callee(&self, client: usize) -> &'a str {
        let mut servers = self.below(client).filter(|_| self.servers(client) > 0);
        let server = servers.find(|(_, row)| row.kind == Some(Kind::Server));
        let remote = self.row(client).and_then(|row| row.span.remote_service());
        server
            .map(|(_, row)| row.service.as_str())
            .or(remote)
            .unwrap_or_default()
    }
}

/// When a row ran, where it says both its start and its duration.
pub fn interval(row: &Row) -> Option<Interval> {
    let start = i128::from(row.span.timestamp?);
    let end = start + i128::from(row.duration?);
    Some(Interval { start, end })
}

impl Interval {
    /// Microseconds from start to end.
    pub fn length(self) -> i128 {
        self.end - self.start
    }

    /// The same, so much later.
    pub fn moved(self, by: i128) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }

    /// The part of it that lies in another; nothing where they have no time in common.
    pub fn within(self, other: Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Self { start, end })
    }

    /// The least move that puts it into another, which has to be as long.
    pub fn move_into(self, other: Self) -> i128 {
        if self.start < other.start {
            other.start - self.start
        } else {
            (other.end - self.end).min(0)
        }
    }
}
