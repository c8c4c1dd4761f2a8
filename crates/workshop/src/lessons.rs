//! The lessons: what each sends to the learner's service, what it demands, and the wrong fixes that it knows by name.

use crate::lesson::Lesson;

/// Ids in log lines.
mod ids;

/// Spans, for findings.
mod spans;

/// Orders as they should be answered and traced.
mod order;

/// 01: read a trace.
pub mod read_a_trace;

/// 02: ids on lines.
mod ids_on_lines;

/// 03: fields that were never declared.
mod declared_fields;

/// 04: joining a trace.
mod joining_a_trace;

/// 05: two dialects.
mod two_dialects;

/// 06: a context that is entered across an await.
mod entered_across_await;

/// 07: work that leaves the task.
mod work_that_leaves;

/// 08: a filter that kills spans.
mod filter_that_kills_spans;

/// 09: sampling is one decision.
mod one_decision;

/// 10: the last batch.
mod last_batch;

/// 11: N+1.
mod n_plus_one;

/// 12: retries and errors.
mod retries_and_errors;

/// 13: values that must not travel.
mod must_not_travel;

/// 14: queues and clocks.
mod queues_and_clocks;

/// 15: the exporter is gone.
mod exporter_is_gone;

/// In the order of the course.
pub const LESSONS: &[Lesson] = &[
    read_a_trace::LESSON,
    ids_on_lines::LESSON,
    declared_fields::LESSON,
    joining_a_trace::LESSON,
    two_dialects::LESSON,
    entered_across_await::LESSON,
    work_that_leaves::LESSON,
    filter_that_kills_spans::LESSON,
    one_decision::LESSON,
    last_batch::LESSON,
    n_plus_one::LESSON,
    retries_and_errors::LESSON,
    must_not_travel::LESSON,
    queues_and_clocks::LESSON,
    exporter_is_gone::LESSON,
];

/// The lesson with this number, id or folder.
pub fn find(name: &str) -> Option<&'static Lesson> {
    let number = format!("{name:0>2}");
    let is_meant = |lesson: &&Lesson| lesson.number == number || lesson.id == name || lesson.folder == name;
    LESSONS.iter().find(is_meant)
}

/// The lesson after this one.
pub fn after(lesson: &Lesson) -> Option<&'static Lesson> {
    LESSONS.iter().skip_while(|other| other.id != lesson.id).nth(1)
}

#[cfg(test)]
mod tests;
