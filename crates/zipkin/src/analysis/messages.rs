//! Messages: who sent them, how long they waited in the queue, and who took them.

use serde::Serialize;

use super::{
    hops::Why,
    kin::{Kin, interval},
};
use crate::{Kind, Row};

/// One message from its producer to a consumer. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The service that sent it.
    pub producer: String,
    /// The broker, where one side names it.
    pub queue: Option<String>,
    /// The service that took it; empty where none has reported.
    pub consumer: String,
    /// The consumer's name for it, else the producer's.
    pub name: String,
    /// Microseconds that sending took.
    pub send_us: Option<u64>,
    /// Microseconds from the end of sending to the start of taking.
    pub queue_us: Option<u64>,
    /// Microseconds that the consumer took.
    pub consumer_us: Option<u64>,
    /// Why there is no time in the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// Why there is no time of sending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_why: Option<Why>,
    /// Why there is no time of taking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer_why: Option<Why>,
}

/// Each message that was taken, once for each consumer, and each that nobody has reported to have taken.
pub(super) fn messages(kin: &Kin<'_>) -> Vec<Message> {
    let mut messages = Vec::new();
    for (index, row) in kin.rows.iter().enumerate() {
        match row.kind {
            Some(Kind::Consumer) => {
                let producer = kin.above(row).filter(|above| above.kind == Some(Kind::Producer));
                messages.push(message(producer, Some(row)));
            }
            Some(Kind::Producer) if !kin.below(index).any(|(_, row)| row.kind == Some(Kind::Consumer)) => {
                messages.push(message(Some(row), None));
            }
            _ => {}
        }
    }
    messages
}

fn message(producer: Option<&Row>, consumer: Option<&Row>) -> Message {
    let both = || producer.into_iter().chain(consumer);
    let queue_us = in_queue(producer, consumer);
    let (send_us, consumer_us) = (took(producer), took(consumer));
    let mut name = [consumer, producer].into_iter().flatten().map(|row| &row.name);
    Message {
        producer: producer.map(|row| row.service.clone()).unwrap_or_default(),
        queue: both()
            .find_map(|row| row.span.remote_service())
            .map(str::to_owned),
        consumer: consumer.map(|row| row.service.clone()).unwrap_or_default(),
        name: name.find(|name| !name.is_empty()).cloned().unwrap_or_default(),
        send_us: send_us.ok(),
        queue_us: queue_us.ok(),
        consumer_us: consumer_us.ok(),
        why: queue_us.err(),
        send_why: send_us.err(),
        consumer_why: consumer_us.err(),
    }
}

fn took(side: Option<&Row>) -> Result<u64, Why> {
    let row = side.ok_or(Why::NotReported)?;
    row.duration.ok_or(match row.offset {
        Some(_) => Why::NotEnded,
        None => Why::NoTime,
    })
}

// A message may be taken before the producer knows that it was sent. Earlier than its sending began is the clocks' doing.
fn in_queue(producer: Option<&Row>, consumer: Option<&Row>) -> Result<u64, Why> {
    let (Some(producer), Some(consumer)) = (producer, consumer) else {
        return Err(Why::NotReported);
    };
    let taken = consumer.span.timestamp.ok_or(Why::NoTime)?;
    let began = producer.span.timestamp.ok_or(Why::NoTime)?;
    taken.checked_sub(began).ok_or(Why::Clocks)?;
    let sent = interval(producer).ok_or(Why::NotEnded)?.end;
    Ok(u64::try_from(i128::from(taken) - sent).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, waterfall};

    #[test]
    fn a_message_waits_between_its_two_ends() {
        let waited = |lines: &[&str]| {
            let trace = waterfall(&trace(lines)).unwrap();
            let shown = |message: Message| {
                let why = [message.why, message.send_why, message.consumer_why];
                let why: Vec<&str> = why.into_iter().flatten().map(Why::as_str).collect();
                let why = why.join(", ");
                let queue = message.queue.unwrap_or_default();
                format!(
                    "{}>{queue}>{} {:?} {why}",
                    message.producer, message.consumer, message.queue_us
                )
            };
            messages(&Kin::of(&trace))
                .into_iter()
                .map(shown)
                .collect::<Vec<_>>()
        };
        for (lines, expected) in [
            (
                vec!["a - PRODUCER web kafka @100+10", "b a CONSUMER job kafka @500+20"],
                vec!["web>kafka>job Some(390) "],
            ),
            // Taken by two, one of them before the sender knew.
            (
                vec![
                    "a - PRODUCER web kafka @100+10",
                    "b a CONSUMER job - @105+20",
                    "c a CONSUMER mail - @120+2",
                ],
                vec!["web>kafka>job Some(0) ", "web>kafka>mail Some(10) "],
            ),
            (
                vec!["a - PRODUCER web kafka @100+10"],
                vec!["web>kafka> None not reported, not reported"],
            ),
            (
                vec!["a 9 CONSUMER job kafka @100+10"],
                vec![">kafka>job None not reported, not reported"],
            ),
            (
                vec!["a - PRODUCER web kafka @100+10", "b a CONSUMER job kafka @50+20"],
                vec!["web>kafka>job None clocks disagree"],
            ),
            (
                vec!["a - PRODUCER web kafka @100", "b a CONSUMER job kafka @150+20"],
                vec!["web>kafka>job None not ended, not ended"],
            ),
        ] {
            assert_eq!(waited(&lines), expected, "{lines:?}");
        }
    }
}
