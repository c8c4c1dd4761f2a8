//! Faults, for people and for programs.

use faults::{Fault, KINDS, control::Listed};
use serde_json::json;

use super::asked::Answer;
use crate::{
    draw::text::{clean, pad, wrap},
    part::Service,
    screen::{BOLD, DIM, Screen},
};

/// A column of names.
const NAMES: usize = 11;

/// A fault that was put on, and what will show it.
pub fn set(service: Service, fault: &Fault) -> String {
    format!("{service}: {fault}\n{}", wrapped(fault.entry().shows, 2, 80))
}

/// The faults that are on, service by service.
pub fn list(answers: &[Answer], screen: &Screen) -> String {
    let dim = |text: &str| screen.paint().style(DIM, text);
    let width = screen.width();
    let mut lines = Vec::new();
    for (service, answer) in answers {
        let name = pad(service.name(), NAMES);
        match answer {
            Ok(report) if report.faults.is_empty() && !report.mystery => lines.push(format!("{name}none")),
            Ok(report) => {
                let secret = "a mystery: `hop mystery` set faults that are to be found out";
                lines.extend(
                    report
                        .mystery
                        .then(|| wrap(secret, &name, width))
                        .into_iter()
                        .flatten(),
                );
                let faults = report.faults.iter();
                lines.extend(faults.flat_map(|listed| wrap(&line(listed), &name, width)));
            }
            Err(unasked) => {
                let reason = wrap(&clean(&unasked.to_string()), &name, width);
                lines.extend(reason.iter().map(|line| dim(line)));
            }
        }
    }
    lines.join("\n")
}

fn line(listed: &Listed) -> String {
    // In a column, unless it is longer.
    let fault = format!("{:<40}", clean(&listed.fault));
    format!(
        "{fault} seed {}, {} of {} met it",
        listed.seed, listed.met, listed.seen
    )
}

/// The faults that were taken off, service by service.
pub fn cleared(answers: &[Answer], screen: &Screen) -> String {
    let mut lines = Vec::new();
    for (service, answer) in answers {
        if let Ok(report) = answer {
            let faults: Vec<String> = report.faults.iter().map(|listed| clean(&listed.fault)).collect();
            let mystery = report.mystery.then(|| "a mystery".to_owned());
            let all: Vec<String> = mystery.into_iter().chain(faults).collect();
            let taken = match all[..] {
                [] => "had none".to_owned(),
                _ => format!("cleared of {}", all.join(", ")),
            };
            lines.extend(wrap(&taken, &pad(service.name(), NAMES), screen.width()));
        }
    }
    lines.join("\n")
}

/// All kinds, each with what shows it.
pub fn kinds(screen: &Screen) -> String {
    let mut lines = Vec::new();
    for entry in &KINDS {
        let name = if entry.value.is_empty() {
            entry.name.to_owned()
        } else {
            format!("{}={}", entry.name, entry.value)
        };
        lines.push(screen.paint().style(BOLD, &name));
        lines.push(wrapped(entry.shows, 4, screen.width()));
    }
    let of_some = "share=20% and route=/orders/{id} go with kinds of single requests: a share of them, or those of a route.";
    lines.push(String::new());
    lines.push(wrapped(of_some, 0, screen.width()));
    lines.join("\n")
}

/// A list of services, each with its faults or with the reason why it did not answer.
pub fn json(answers: &[Answer]) -> serde_json::Result<String> {
    let service = |(service, answer): &Answer| match answer {
        Ok(report) => json!({"service": service.name(), "faults": report.faults, "mystery": report.mystery}),
        Err(unasked) => json!({"service": service.name(), "error": unasked.to_string()}),
    };
    serde_json::to_string(&answers.iter().map(service).collect::<Vec<_>>())
}

/// The text in lines of so many columns, behind an indent.
fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let indent = " ".repeat(indent);
    let mut lines = vec![indent.clone()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else {
            continue;
        };
        if line.chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("{indent}{word}"));
        } else {
            let space = if line.trim().is_empty() { "" } else { " " };
            line.push_str(&format!("{space}{word}"));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use faults::control::Report;

    use super::*;

    #[test]
    fn faults_beside_a_mystery_are_listed_too() {
        let listed = Listed {
            fault: "network=1ms".to_owned(),
            kind: "network".to_owned(),
            shows: String::new(),
            seed: 0,
            seen: 0,
            met: 0,
        };
        let report = Report {
            service: "inventory".to_owned(),
            traced_as: "red-inventory".to_owned(),
            faults: vec![listed],
            mystery: true,
        };
        let answers = [(Service::Inventory, Ok(report))];
        let screen = Screen::stdout();
        let list = list(&answers, &screen);
        assert!(
            list.contains("a mystery: ") && list.contains("network=1ms"),
            "{list}"
        );
        assert!(cleared(&answers, &screen).contains("cleared of a mystery, network=1ms"));
    }

    #[test]
    fn long_texts_stay_within_their_columns() {
        for entry in &KINDS {
            let text = wrapped(entry.shows, 4, 80);
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), entry.shows);
        }
    }
}
