//! Questions with numbered choices, and what is typed.

use std::io;

use anyhow::Context as _;
use mystery::{Answer, Hop};
use zipkin::Language;

use super::text;
use crate::screen::Screen;

/// A line that was typed.
#[derive(Debug)]
enum Typed {
    Choice(usize),
    GiveUp,
}

/// Asks for so many faults. Nothing where somebody gives up before the first; after it, what was answered counts.
pub async fn ask(screen: &Screen, count: usize, language: Language) -> anyhow::Result<Option<Vec<Answer>>> {
    let hops: Vec<&str> = Hop::ALL.iter().map(|hop| hop.name()).collect();
    let kinds: Vec<&str> = mystery::kinds().collect();
    let mut answers = Vec::new();
    for number in 1..=count {
        screen.say(&text::which_hop(number, count, language));
        let Typed::Choice(hop) = choice(screen, &hops, language).await? else {
            break;
        };
        screen.say(&text::which_kind(&kinds, language));
        let Typed::Choice(kind) = choice(screen, &kinds, language).await? else {
            break;
        };
        let named = Hop::ALL.get(hop).zip(kinds.get(kind));
        answers.extend(named.and_then(|(hop, kind)| Answer::new(*hop, kind)));
    }
    Ok((!answers.is_empty()).then_some(answers))
}

/// A number, a name, or `g`; asks again until it is one of them.
async fn choice(screen: &Screen, choices: &[&str], language: Language) -> anyhow::Result<Typed> {
    loop {
        let Some(line) = line().await? else {
            return Ok(Typed::GiveUp);
        };
        match read(&line, choices) {
            Some(typed) => return Ok(typed),
            None => {
                let near = faults::near(&mystery::spelt(&line)).filter(|near| choices.contains(near));
                screen.say(&text::not_a_choice(choices.len(), near, language));
            }
        }
    }
}

fn read(line: &str, choices: &[&str]) -> Option<Typed> {
    let typed = mystery::spelt(line);
    if typed == "g" {
        return Some(Typed::GiveUp);
    }
    let by_name = || choices.iter().position(|choice| *choice == typed);
    let by_number = || {
        typed
            .parse()
            .ok()
            .filter(|number| (1..=choices.len()).contains(number))
            .map(|number| number - 1)
    };
    by_name().or_else(by_number).map(Typed::Choice)
}

/// The next line; nothing at the end of the input.
async fn line() -> anyhow::Result<Option<String>> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin()
            .read_line(&mut line)
            .map(|bytes| (bytes > 0).then_some(line))
    });
    read.await?.context("standard input cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_a_number_or_a_name() {
        let choices = ["gateway", "orders", "inventory"];
        for (line, chosen) in [
            ("2\n", Some(1)),
            (" Orders ", Some(1)),
            ("2.", None),
            ("inventory", Some(2)),
            ("0", None),
            ("4", None),
            ("", None),
            ("web", None),
        ] {
            let choice = match read(line, &choices) {
                Some(Typed::Choice(choice)) => Some(choice),
                _ => None,
            };
            assert_eq!(choice, chosen, "{line:?}");
        }
        assert!(matches!(read("g\n", &choices), Some(Typed::GiveUp)));
    }
}
