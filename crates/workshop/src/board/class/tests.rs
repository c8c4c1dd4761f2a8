use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn told(learner: u32, lesson: &str, state: State, message: &str) -> Told {
    Told {
        id: format!("{learner:032x}"),
        name: "terry".to_owned(),
        lesson: lesson.to_owned(),
        state,
        message: message.to_owned(),
    }
}

fn class(most: usize) -> (Class, Instant) {
    let start = Instant::now();
    (Class::new(most, 10 * MINUTE, start), start)
}

#[test]
fn a_learner_is_stuck_after_ten_minutes_without_passing() {
    let (mut class, start) = class(3);
    for minute in 0..10 {
        let now = start + minute * MINUTE;
        class.take(told(1, "a", State::Working, ""), now).unwrap();
        class.take(told(1, "a", State::Failed, "own-id"), now).unwrap();
        assert!(!class.rows(now)[0].is_stuck);
    }
    let row = class.rows(start + 10 * MINUTE).remove(0);
    assert!(row.is_stuck);
    assert_eq!((row.failed_checks, row.message.as_str()), (10, "own-id"));
    class
        .take(told(1, "a", State::Passed, "passed"), start + 11 * MINUTE)
        .unwrap();
    let row = class.rows(start + 60 * MINUTE).remove(0);
    assert_eq!((row.is_stuck, row.on_lesson), (false, 11 * MINUTE));
    class
        .take(told(1, "b", State::Working, ""), start + 61 * MINUTE)
        .unwrap();
    let row = class.rows(start + 62 * MINUTE).remove(0);
    assert_eq!(
        (row.on_lesson, row.failed_checks, row.message.as_str()),
        (MINUTE, 0, "")
    );
}

#[test]
fn a_check_under_way_keeps_the_last_diagnosis() {
    let (mut class, start) = class(3);
    class.take(told(1, "a", State::Failed, "own-id"), start).unwrap();
    class.take(told(1, "a", State::Working, ""), start).unwrap();
    assert_eq!(class.rows(start)[0].message, "own-id");
}

#[test]
fn a_learner_who_vanished_is_silent_and_no_longer_stuck() {
    let (mut class, start) = class(3);
    class.take(told(1, "a", State::Failed, "x"), start).unwrap();
    assert_eq!(class.rows(start + MINUTE / 2)[0].silent, None);
    let row = class.rows(start + 20 * MINUTE).remove(0);
    assert_eq!((row.silent, row.is_stuck), (Some(20 * MINUTE), false));
}

#[test]
fn two_learners_with_one_name_are_two_rows() {
    let (mut class, start) = class(3);
    class.take(told(1, "a", State::Working, ""), start).unwrap();
    class.take(told(2, "b", State::Working, ""), start).unwrap();
    class.take(told(1, "c", State::Working, ""), start).unwrap();
    let seen: Vec<_> = class
        .rows(start)
        .into_iter()
        .map(|row| (row.number, row.name, row.lesson))
        .collect();
    let name = || "terry".to_owned();
    assert_eq!(seen, [(1, name(), "c".to_owned()), (2, name(), "b".to_owned())]);
}

#[test]
fn a_full_board_makes_room_only_for_who_has_long_been_silent() {
    let (mut class, start) = class(2);
    class.take(told(1, "a", State::Working, ""), start).unwrap();
    class
        .take(told(2, "a", State::Working, ""), start + 20 * MINUTE)
        .unwrap();
    let third = told(3, "a", State::Working, "");
    assert_eq!(class.take(third.clone(), start + 29 * MINUTE), Err(Refusal::Full));
    assert_eq!(class.take(third, start + 30 * MINUTE), Ok(()));
    let numbers: Vec<_> = class
        .rows(start + 30 * MINUTE)
        .iter()
        .map(|row| row.number)
        .collect();
    assert_eq!(numbers, [2, 3]);
    class
        .take(told(2, "a", State::Left, ""), start + 31 * MINUTE)
        .unwrap();
    assert_eq!(class.rows(start + 31 * MINUTE).len(), 1);
}

#[test]
fn one_learner_who_is_too_fast_holds_nobody_up() {
    let (mut class, start) = class(3);
    let fast = (0..60).map(|_| class.take(told(1, "a", State::Working, ""), start));
    assert_eq!(fast.filter(|taken| *taken == Err(Refusal::TooFast)).count(), 39);
    assert_eq!(class.take(told(2, "a", State::Working, ""), start), Ok(()));
    let many = (0..600)
        .filter(|_| class.take(told(1, "a", State::Working, ""), start).is_ok())
        .count();
    assert_eq!(many, 0);
    assert_eq!(
        class.take(told(3, "a", State::Working, ""), start),
        Err(Refusal::TooFast)
    );
    assert_eq!(
        class.take(told(3, "a", State::Working, ""), start + MINUTE),
        Ok(())
    );
}
