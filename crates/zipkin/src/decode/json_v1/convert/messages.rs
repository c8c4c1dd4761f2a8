//! When a message was sent and received, by its four events.

use super::parts::{Mark, Marks, Parts, annotate, since};
use crate::{Kind, decode::normal::positive};

impl<'a> Parts<'a> {
    /// Times the spans of a message.
    pub fn time_messages(&mut self) {
        let Marks {
            message_send,
            message_receive,
            wire_send,
            wire_receive,
            ..
        } = self.marks;
        match (message_send, message_receive) {
            (Some(ms), Some(mr)) => self.time_both_ends(ms, mr),
            (Some(ms), None) => self.time(ms, wire_send),
            (None, Some(mr)) => match wire_receive {
                Some(wr) => self.time(wr, Some(mr)),
                None => self.time(mr, None),
            },
            (None, None) => {
                for (mark, name) in [(wire_send, "ws"), (wire_receive, "wr")] {
                    if let Some(mark) = mark {
                        annotate(self.of(mark.host), mark.timestamp, name);
                    }
                }
            }
        }
    }

    fn time_both_ends(&mut self, ms: Mark<'a>, mr: Mark<'a>) {
        let Marks {
            wire_send,
            wire_receive,
            ..
        } = self.marks;
        let producer = self.of(ms.host);
        producer.timestamp = positive(ms.timestamp);
        producer.duration = wire_send.and_then(|ws| since(ms.timestamp, ws.timestamp));
        let consumer = if ms.host.service_name == mr.host.service_name {
            producer.kind = Some(Kind::Producer);
            let consumer = self.another(mr.host);
            consumer.kind = Some(Kind::Consumer);
            consumer
        } else {
            self.of(mr.host)
        };
        consumer.shared = true;
        let start = wire_receive.unwrap_or(mr);
        consumer.timestamp = positive(start.timestamp);
        if wire_receive.is_some() {
            consumer.duration = since(start.timestamp, mr.timestamp);
        }
    }
}
