use super::*;

fn all() -> Vec<Sentence> {
    let text = |text: &str| text.to_owned();
    let apart = |by| Apart {
        caller: text("web"),
        callee: text("app"),
        by,
    };
    let part = |part: usize| match part {
        0 => Part::Network(text("web"), text("app")),
        1 => Part::WaitFor(text("web"), text("")),
        2 => Part::WorkOrUnknown(text("web")),
        _ => Part::Work(text("web")),
    };
    let mut all = vec![
        Sentence::CannotTell(CannotTell::NoTimes),
        Sentence::CannotTell(CannotTell::NotEnded),
        Sentence::CannotTell(CannotTell::NoTime),
        Sentence::Early {
            count: 1,
            by: 5_000,
            is_one_clock: true,
        },
        Sentence::Early {
            count: 2,
            by: 5_000,
            is_one_clock: false,
        },
        Sentence::OtherRoots,
        Sentence::NothingDiffers,
        Sentence::NPlusOne {
            caller: text("web"),
            callee: text("db"),
            count: 7,
            took: 5_000,
        },
        Sentence::Sequential {
            caller: text("web"),
            callees: vec![text("app"), text("db")],
            others: true,
            took: 5_000,
        },
        Sentence::Retries {
            callee: text("app"),
            tries: 3,
            failures: 2,
            timed_out: true,
        },
        Sentence::QueueWait {
            time: 5,
            whole: 7,
            queue: text(""),
        },
        Sentence::NamedWait {
            time: 5,
            whole: 7,
            service: text("web"),
            name: text("acquire"),
        },
        Sentence::PlaceWait {
            waiting: 2,
            calls: 3,
            callee: text("app"),
            longest: 580,
            places: 1,
        },
        Sentence::SlowBody {
            caller: text("web"),
            callee: text("app"),
            longer: 5_000,
        },
        Sentence::CacheMiss {
            service: text("web"),
            callee: text("app"),
            took: 5_000,
        },
        Sentence::GaveUp {
            caller: text("web"),
            callee: text("app"),
            after: 5_000,
            went_on: Some(7_000),
        },
        Sentence::LostContext {
            service: text("app"),
            caller: text("web"),
        },
        Sentence::OwnTrace {
            service: text("app"),
            caller: text("web"),
            trace_id: text("7b"),
        },
        Sentence::IdsCut {
            service: text("app"),
            caller: text("web"),
            trace_id: Some(text("7b")),
        },
        Sentence::NoServer {
            service: text("app"),
            caller: text("web"),
        },
        Sentence::LostSpans { count: 2 },
        Sentence::Clock(apart(None)),
        Sentence::Clock(apart(Some((7_900, 8_100, true)))),
        Sentence::Failed {
            service: text("web"),
            remote: Some(text("app")),
            why: text("refused"),
        },
        Sentence::Failed {
            service: text(""),
            remote: None,
            why: text(""),
        },
        Sentence::Clocks {
            apart: vec![apart(Some((7_900, 7_900, false)))],
            more: 3,
        },
        Sentence::Spread {
            across: Some(9_000),
            whole: 700,
        },
        Sentence::Spread {
            across: None,
            whole: 700,
        },
    ];
    for most in 0..4 {
        all.push(Sentence::Went {
            time: 5,
            whole: 7,
            most: part(most),
            then: Some(part(3 - most)),
        });
    }
    for kind in [
        DoubtKind::MissingParent,
        DoubtKind::SecondRoot,
        DoubtKind::Cycle,
        DoubtKind::DuplicateId,
        DoubtKind::Unfinished,
        DoubtKind::LongerThanParent,
        DoubtKind::Late,
        DoubtKind::NoServer,
        DoubtKind::Clock,
    ] {
        all.push(Sentence::Doubt { kind, count: 42 });
    }
    all
}

/// Numbers, names and ids of a text, which no language changes.
fn facts(text: &str) -> Vec<String> {
    let mut facts: Vec<String> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == 'µ'))
        .map(|word| word.trim_matches('.').to_owned())
        .filter(|word| {
            let is_name = ["web", "app", "db", "refused", "acquire", "7b"].contains(&word.as_str());
            is_name || word.starts_with(|c: char| c.is_ascii_digit())
        })
        .collect();
    facts.sort();
    facts.dedup();
    facts
}

#[test]
fn both_languages_say_the_same_facts() {
    for said in all() {
        let [english, korean] = [Language::English, Language::Korean].map(|language| said.text(language));
        let is_korean = korean.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(is_korean && !english.is_empty(), "{english} | {korean}");
        let (told, expected) = (facts(&korean), facts(&english));
        let missing: Vec<&String> = expected.iter().filter(|fact| !told.contains(fact)).collect();
        assert!(missing.is_empty(), "{missing:?} of “{english}” in “{korean}”");
    }
}

#[test]
fn bounds_that_read_alike_are_one_figure() {
    let apart = Apart {
        caller: "web".into(),
        callee: "orders".into(),
        by: Some((2_000_100, 2_000_900, false)),
    };
    let said = Sentence::Clock(apart);
    assert_eq!(
        said.text(Language::English),
        "orders' clock is behind web's by 2.00 s."
    );
    assert_eq!(
        said.text(Language::Korean),
        "orders의 시계가 web의 시계보다 2.00 s 느립니다."
    );
}
