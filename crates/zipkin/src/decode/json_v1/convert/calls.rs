//! When a call was, by its four events.

use super::parts::{Mark, Marks, Parts, annotate, since};
use crate::{
    Kind,
    decode::{json_v1::span::SpanV1, normal::positive},
};

impl<'a> Parts<'a> {
    /// Times the spans of a call.
    pub fn time_calls(&mut self) {
        let Marks {
            client_send,
            server_receive,
            server_send,
            client_receive,
            ..
        } = self.marks;
        match (client_send, server_receive, server_send, client_receive) {
            (Some(cs), Some(sr), ..) => self.time_both_sides(cs, sr),
            (Some(cs), _, _, Some(cr)) => self.time(cs, Some(cr)),
            (_, Some(sr), Some(ss), _) => self.time(sr, Some(ss)),
            _ => self.time_incomplete_call(),
        }
        // Version 1 has no flag for it: a server that does not own the span's time shares its client's span.
        let owns_no_time = self.source.timestamp == 0 || (server_send.is_some() && self.source.duration == 0);
        if let (None, Some(sr), true) = (client_send, server_receive, owns_no_time) {
            self.of(sr.host).shared = true;
        }
    }

    // The client owns the span's time; the server's is what its events say.
    fn time_both_sides(&mut self, cs: Mark<'a>, sr: Mark<'a>) {
        let Marks {
            server_send,
            client_receive,
            ..
        } = self.marks;
        self.time(cs, client_receive);
        let is_one_way = client_receive.is_none() && self.source.duration == 0;
        let client = self.of(cs.host);
        if is_one_way {
            client.duration = None;
        }
        let server = if cs.host.service_name == sr.host.service_name {
            client.kind = Some(Kind::Client);
            self.another(sr.host)
        } else {
            self.of(sr.host)
        };
        if cs.host.service_name == sr.host.service_name {
            server.kind = Some(Kind::Server);
        }
        server.shared = true;
        server.timestamp = positive(sr.timestamp);
        if let Some(ss) = server_send {
            server.duration = since(sr.timestamp, ss.timestamp);
        }
    }

    fn time_incomplete_call(&mut self) {
        let Marks {
            client_send,
            server_receive,
            server_send,
            client_receive,
            ..
        } = self.marks;
        for span in &mut self.spans {
            let (start, end, name) = match span.kind {
                Some(Kind::Client) => (client_send, client_receive, "cr"),
                Some(Kind::Server) => (server_receive, server_send, "ss"),
                _ => continue,
            };
            if let Some(start) = start {
                span.timestamp = positive(start.timestamp);
            }
            if let Some(end) = end {
                annotate(span, end.timestamp, name);
            }
        }
        let SpanV1 {
            timestamp, duration, ..
        } = *self.source;
        if timestamp != 0 {
            self.first().timestamp = positive(timestamp);
            self.first().duration = positive(duration);
        }
    }
}
