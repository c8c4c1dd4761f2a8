//! A queue between a service and a collector that is away for a while, a millisecond at a time: how many spans find no
//! room, and how long the rest takes to leave. A test holds it against the formula.

/// A queue that has not caught up after an hour never will, for the purposes of a plan.
const PATIENCE_MS: u64 = 3_600_000;

/// A queue and what flows through it.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// Spans that end in a second, in one process.
    pub arrivals: f64,
    /// Spans that the exporter delivers in a second, while there is somebody to take them.
    pub deliveries: f64,
    /// Spans that find room: the queue, and the batch that the exporter holds on to.
    pub room: f64,
    /// The time without a collector.
    pub outage_ms: u64,
}

/// The cost of an outage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Spans that found no room.
    pub dropped: f64,
    /// Milliseconds from the end of the outage until the queue is empty; none where it never is.
    pub catch_up_ms: Option<u64>,
}

impl Flow {
    /// Runs the outage, and what follows until the queue is empty.
    pub fn simulate(self) -> Cost {
        let (mut waiting, mut dropped) = (0.0_f64, 0.0);
        for millisecond in 0..self.outage_ms + PATIENCE_MS {
            let over = millisecond >= self.outage_ms;
            if over && waiting <= 0.0 {
                let catch_up_ms = Some(millisecond - self.outage_ms);
                return Cost { dropped, catch_up_ms };
            }
            let leaving = if over { self.deliveries } else { 0.0 };
            waiting = (waiting + (self.arrivals - leaving) / 1e3).max(0.0);
            dropped += (waiting - self.room).max(0.0);
            waiting = waiting.min(self.room);
        }
        let catch_up_ms = None;
        Cost { dropped, catch_up_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn flow(arrivals: f64, deliveries: f64, room: f64, outage_ms: u64) -> Flow {
        Flow {
            arrivals,
            deliveries,
            room,
            outage_ms,
        }
    }

    /// Spans that arrive in the outage beyond the room are lost; the rest leave as fast as the exporter is ahead.
    fn formula(flow: Flow) -> (f64, f64) {
        let came = flow.arrivals * flow.outage_ms as f64 / 1e3;
        let lead = flow.deliveries - flow.arrivals;
        ((came - flow.room).max(0.0), came.min(flow.room) / lead * 1e3)
    }

    #[test]
    fn the_simulation_counts_what_the_formula_says() {
        let cases = [
            flow(100.0, 50_000.0, 2_560.0, 10_000),   // all of it waits
            flow(1_000.0, 50_000.0, 2_560.0, 10_000), // most of it is lost
            flow(1_000.0, 1_100.0, 2_560.0, 60_000),  // a slow recovery
            flow(0.0, 1_000.0, 2_560.0, 5_000),       // nothing arrives
            flow(3_333.3, 10_000.0, 0.0, 1_500),      // no room at all
            flow(1_000.0, 5_000.0, 2_560.0, 0),       // no outage
        ];
        for flow in cases {
            let (cost, (dropped, catch_up_ms)) = (flow.simulate(), formula(flow));
            assert!(
                (cost.dropped - dropped).abs() < 1e-3,
                "{flow:?}: {cost:?}, {dropped}"
            );
            let simulated = cost.catch_up_ms.unwrap() as f64;
            assert!(
                (simulated - catch_up_ms).abs() <= 1.0,
                "{flow:?}: {cost:?}, {catch_up_ms}"
            );
        }
    }

    #[test]
    fn an_exporter_that_is_too_slow_never_catches_up() {
        let cost = flow(2_000.0, 1_000.0, 2_560.0, 1_000).simulate();
        assert_eq!(cost.catch_up_ms, None);
        assert!(
            cost.dropped > 3_000_000.0,
            "a thousand a second, for an hour: {cost:?}"
        );
    }
}
