//! Outcomes of requests: times by histogram, failures by kind, and the slowest.

use std::{collections::BTreeMap, time::Duration};

use hdrhistogram::Histogram;
use zipkin::TraceId;

use crate::{failure::Failure, schedule::Schedule, spans::Delivered};

/// The number of the slowest that are kept.
const SLOWEST: usize = 5;

/// The longest time that is told apart, in microseconds: two hours.
const LONGEST: u64 = 7_200_000_000;

/// Times of requests, from when each was due.
#[derive(Clone, Debug)]
pub struct Times(Histogram<u64>);

/// One of the slowest requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slow {
    /// From due to ended.
    pub took: Duration,
    /// From due to sent.
    pub waited: Duration,
    /// The path that was asked for.
    pub path: String,
    /// Its trace; none where neither we nor the answer named one.
    pub trace_id: Option<TraceId>,
}

/// One step of the schedule.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Requests a second that were asked for.
    pub rate: f64,
    /// Requests that were due.
    pub due: u64,
    /// Those that were sent before the run was over.
    pub sent: u64,
    /// Their times.
    pub times: Times,
}

/// A run, as far as it went.
#[derive(Clone, Debug)]
pub struct Report {
    /// Each rate.
    pub stages: Vec<Stage>,
    /// All times: of requests with an answer, and, as long as they had waited, of those that timed out or were never sent.
    pub times: Times,
    /// The waits between due and sent.
    pub waits: Times,
    /// Answers that are successes.
    pub succeeded: u64,
    /// The others by kind, each with how many there were and the trace of the first.
    pub failures: BTreeMap<Failure, (u64, Option<TraceId>)>,
    /// Requests that were due and never sent.
    pub unsent: u64,
    /// Requests that were sent late because every connection was waiting for an answer.
    pub late_by_server: u64,
    /// Requests that were sent late because this machine was.
    pub late_by_us: u64,
    /// The slowest, slowest first.
    pub slowest: Vec<Slow>,
    /// The time to the last answer.
    pub took: Duration,
    /// The time in which requests were due.
    pub due_for: Duration,
    /// The fate of the load's own spans.
    pub delivered: Delivered,
}

/// A request that has ended.
#[derive(Debug)]
pub struct Ended<'a> {
    pub number: u64,
    pub path: &'a str,
    pub due: Duration,
    pub sent: Duration,
    pub ended: Duration,
    /// Whether its connection was busy when it was due.
    pub was_behind: bool,
    pub ending: Result<u16, Failure>,
    pub trace_id: Option<TraceId>,
}

/// A request that leaves so much later than it was due was late.
const LATE: Duration = Duration::from_millis(50);

impl Times {
    fn new() -> Self {
        // Three digits, up to two hours: some 200 KB.
        Self(
            Histogram::new_with_bounds(1, LONGEST, 3)
                .unwrap_or_else(|_| unreachable!("constants that are valid")),
        )
    }

    fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(LONGEST);
        self.0.saturating_record(micros.max(1));
    }

    /// The time within which so many of a hundred ended; none where there are none.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        (!self.0.is_empty()).then(|| Duration::from_micros(self.0.value_at_quantile(percent / 100.0)))
    }

    /// The longest.
    pub fn longest(&self) -> Option<Duration> {
        (!self.0.is_empty()).then(|| Duration::from_micros(self.0.max()))
    }

    /// The number of times.
    pub fn count(&self) -> u64 {
        self.0.len()
    }
}

impl Stage {
    /// Requests that were due in this step and are in no percentile.
    pub fn without_time(&self) -> u64 {
        self.due.saturating_sub(self.times.count())
    }
}

impl Report {
    /// Of a run that begins.
    pub(crate) fn new(schedule: &Schedule) -> Self {
        let stage = |rate: &f64| Stage {
            rate: *rate,
            due: 0,
            sent: 0,
            times: Times::new(),
        };
        Self {
            stages: schedule.rates().iter().map(stage).collect(),
            times: Times::new(),
            waits: Times::new(),
            succeeded: 0,
            failures: BTreeMap::new(),
            unsent: 0,
            late_by_server: 0,
            late_by_us: 0,
            slowest: Vec::new(),
            took: Duration::ZERO,
            due_for: Duration::ZERO,
            delivered: Delivered::default(),
        }
    }

    /// Counts a request that has ended.
    pub(crate) fn add(&mut self, schedule: &Schedule, ended: &Ended<'_>) {
        let took = ended.ended.saturating_sub(ended.due);
        let waited = ended.sent.saturating_sub(ended.due);
        let has_time = matches!(
            ended.ending,
            Ok(_) | Err(Failure::Status(_) | Failure::TimedOut | Failure::BrokenBody)
        );
        if has_time {
            self.times.add(took);
        }
        self.waits.add(waited);
        if waited > LATE {
            let late = if ended.was_behind {
                &mut self.late_by_server
            } else {
                &mut self.late_by_us
            };
            *late += 1;
        }
        if let Some(stage) = self.stages.get_mut(schedule.step_of(ended.number)) {
            stage.sent += 1;
            if has_time {
                stage.times.add(took);
            }
        }
        match ended.ending {
            Ok(_) => self.succeeded += 1,
            Err(failure) => self.failures.entry(failure).or_insert((0, ended.trace_id)).0 += 1,
        }
        if has_time {
            self.keep(took, waited, ended);
        }
        self.took = self.took.max(ended.ended);
    }

    /// Counts the requests that were due before the end and were not sent.
    pub(crate) fn end(&mut self, schedule: &Schedule, taken: u64, due: u64, end: Duration) {
        self.due_for = end;
        self.took = self.took.max(end);
        for number in 0..due {
            if let Some(stage) = self.stages.get_mut(schedule.step_of(number)) {
                stage.due += 1;
                if number >= taken {
                    stage.times.add(end.saturating_sub(schedule.due(number)));
                }
            }
        }
        for number in taken..due {
            self.unsent += 1;
            self.times.add(end.saturating_sub(schedule.due(number)));
        }
    }

    /// Requests that were due.
    pub fn due(&self) -> u64 {
        self.stages.iter().map(|stage| stage.due).sum()
    }

    /// Requests that were sent.
    pub fn sent(&self) -> u64 {
        self.stages.iter().map(|stage| stage.sent).sum()
    }

    /// Requests that were due and are in no percentile: they failed before there was anything to time.
    pub fn without_time(&self) -> u64 {
        self.due().saturating_sub(self.times.count())
    }

    /// Answers of any status.
    pub fn answered(&self) -> u64 {
        let statuses = self
            .failures
            .iter()
            .filter(|(failure, _)| matches!(failure, Failure::Status(_)));
        self.succeeded + statuses.map(|(_, (count, _))| count).sum::<u64>()
    }

    /// Whether all but one in twenty requests left within 50 ms of when they were due.
    pub fn is_rate_reached(&self) -> bool {
        let late = self.unsent + self.late_by_server + self.late_by_us;
        late.saturating_mul(20) <= self.due()
    }

    fn keep(&mut self, took: Duration, waited: Duration, ended: &Ended<'_>) {
        let is_full = self.slowest.len() >= SLOWEST;
        if is_full && self.slowest.last().is_some_and(|last| last.took >= took) {
            return;
        }
        let place = self.slowest.partition_point(|slow| slow.took >= took);
        let slow = Slow {
            took,
            waited,
            path: ended.path.to_owned(),
            trace_id: ended.trace_id,
        };
        self.slowest.insert(place, slow);
        self.slowest.truncate(SLOWEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(number: u64, sent_ms: u64, took_ms: u64, ending: Result<u16, Failure>) -> Ended<'static> {
        let due = Duration::from_millis(number * 10);
        Ended {
            number,
            path: "/",
            due,
            sent: due + Duration::from_millis(sent_ms),
            ended: due + Duration::from_millis(took_ms),
            was_behind: true,
            ending,
            trace_id: None,
        }
    }

    fn run(endings: &[(u64, u64, Result<u16, Failure>)], due: u64) -> Report {
        let schedule = Schedule::new(&[100.0], Duration::from_secs(1)).unwrap();
        let mut report = Report::new(&schedule);
        for (number, (sent, took, ending)) in (0..).zip(endings) {
            report.add(&schedule, &ended(number, *sent, *took, *ending));
        }
        report.end(
            &schedule,
            u64::try_from(endings.len()).unwrap(),
            due,
            Duration::from_secs(1),
        );
        report
    }

    #[test]
    fn times_count_from_when_requests_were_due() {
        let report = run(&[(0, 20, Ok(200)), (500, 520, Ok(200))], 2);
        assert_eq!(report.times.longest().unwrap().as_millis(), 520);
        assert_eq!((report.late_by_server, report.late_by_us), (1, 0));
        assert!(!report.is_rate_reached());
    }

    #[test]
    fn requests_that_were_never_sent_count_as_long_as_they_waited() {
        let report = run(&[(0, 20, Ok(200))], 3);
        assert_eq!((report.due(), report.sent(), report.unsent), (3, 1, 2));
        assert_eq!(report.times.count(), 3);
        assert_eq!(report.times.longest().unwrap().as_millis(), 990);
    }

    #[test]
    fn failures_are_counted_by_kind_and_refusals_have_no_time() {
        let report = run(
            &[
                (0, 1, Err(Failure::Refused)),
                (0, 5, Err(Failure::Status(503))),
                (0, 5, Err(Failure::Status(503))),
            ],
            3,
        );
        assert_eq!(report.failures[&Failure::Status(503)].0, 2);
        assert_eq!(
            (
                report.times.count(),
                report.without_time(),
                report.answered(),
                report.succeeded
            ),
            (2, 1, 2, 0)
        );
    }

    #[test]
    fn the_five_slowest_are_kept_in_order() {
        let endings: Vec<_> = [3, 9, 1, 7, 8, 2, 6].map(|took| (0, took, Ok(200))).into();
        let report = run(&endings, 7);
        let slowest: Vec<_> = report.slowest.iter().map(|slow| slow.took.as_millis()).collect();
        assert_eq!(slowest, [9, 8, 7, 6, 3]);
    }
}
