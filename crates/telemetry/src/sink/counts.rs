//! Spans that ended, by fate.

use std::fmt;

/// Spans that ended, by fate: `ended = queued + sent + dropped`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Sampled spans that ended.
    pub ended: u64,
    /// Waiting, or on their way.
    pub queued: u64,
    /// Acknowledged by the collector, or by Kafka.
    pub sent: u64,
    /// Lost, by cause.
    pub dropped: Dropped,
}

/// Spans that no longer wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Acknowledged by whoever they were for.
    pub sent: u64,
    /// Lost, by cause.
    pub dropped: Dropped,
}

/// Spans that were lost, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dropped {
    /// The queue was full when they ended.
    pub queue_full: u64,
    /// The collector was away for so long that newer spans needed the room.
    pub unreachable: u64,
    /// The collector, or Kafka, refused them.
    pub rejected: u64,
    /// Not delivered before the process had to stop.
    pub shutdown: u64,
    /// Cut off when the process stopped: they began, and nobody was there when they would have ended.
    pub unfinished: u64,
}

impl Dropped {
    /// All causes together.
    ///
    /// ```
    /// let dropped = telemetry::Dropped::default();
    /// assert_eq!((dropped.total(), dropped.to_string().as_str()), (0, ""));
    /// ```
    pub const fn total(&self) -> u64 {
        self.queue_full + self.unreachable + self.rejected + self.shutdown + self.unfinished
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let causes = [
            (self.queue_full, "found the queue full"),
            (
                self.unreachable,
                "gave way to newer ones while the collector was out of reach",
            ),
            (self.rejected, "were refused by the collector"),
            (self.shutdown, "were left when the process stopped"),
            (self.unfinished, "had not ended when the process stopped"),
        ];
        let mut separator = "";
        for (count, cause) in causes.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{separator}{count} {cause}")?;
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_told_by_cause() {
        let dropped = Dropped {
            queue_full: 3,
            rejected: 4,
            ..Dropped::default()
        };
        assert_eq!(
            dropped.to_string(),
            "3 found the queue full, 4 were refused by the collector"
        );
    }
}
