//! 01: nothing is broken. Four questions about two traces of the learner's own.

use std::collections::{BTreeMap, BTreeSet};

use expect::{Kind, Span, TraceId};

use crate::{
    lesson::{Lesson, Work},
    seen::{Request, Round, Script, Seen},
    verdict::{Failure, Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "01",
    id: "read-a-trace",
    folder: "01_read_a_trace",
    work: Work::Answers,
    script,
    judge,
    trap: "unanswered",
    wrong: &[
        "services-counted",
        "total-as-own",
        "server-as-parent",
        "trace-as-parent",
        "client-as-network",
        "misread",
    ],
};

/// The questions, by the names of their answers: the first two are about one trace, the others about another.
pub const QUESTIONS: [&str; 4] = ["spans", "own", "parent", "network"];

/// Durations are shown rounded: answers may be off by a fiftieth, or by so many microseconds.
const ROUNDED_US: u64 = 10;

/// Where the lessons prove themselves, there is no learner to send requests.
fn script() -> Script {
    let requests = [Request::order(7, "terry"), Request::order(8, "ann")];
    Script {
        rounds: requests.map(Round::single).into(),
        ..Script::default()
    }
}

/// The spans of a trace that is to be read.
struct Reading<'a> {
    spans: &'a [Span],
    root: &'a Span,
    to_orders: &'a Span,
    orders: &'a Span,
    to_inventory: &'a Span,
    inventory: &'a Span,
}

impl<'a> Reading<'a> {
    /// Of a trace through the three services, each of which has told all it did.
    fn of(spans: &'a [Span]) -> Option<Self> {
        let only = |service, kind| {
            let mut own = spans
                .iter()
                .filter(|span| span.local_service() == Some(service) && span.kind == Some(kind));
            own.next()
                .filter(|span| own.next().is_none() && span.duration.is_some())
        };
        Some(Self {
            spans,
            root: only("gateway", Kind::Server).filter(|span| span.parent_id.is_none())?,
            to_orders: only("gateway", Kind::Client)?,
            orders: only("orders", Kind::Server)?,
            to_inventory: only("orders", Kind::Client)?,
            inventory: only("inventory", Kind::Server)?,
        })
    }

    fn own_us(&self) -> u64 {
        micros(self.root).saturating_sub(micros(self.to_orders))
    }

    fn network_us(&self) -> u64 {
        micros(self.to_inventory).saturating_sub(micros(self.inventory))
    }

    fn services(&self) -> usize {
        let services: BTreeSet<Option<&str>> = self.spans.iter().map(Span::local_service).collect();
        services.len()
    }

    /// Its spans in one line each.
    fn shown(&self) -> Vec<String> {
        let shown = |span: &&Span| {
            let kind = span.kind.map_or("", Kind::as_str);
            let service = span.local_service().unwrap_or("?");
            format!("{service} {kind} id={} {}", span.id, millis(micros(span)))
        };
        let spans = [self.root, self.to_orders, self.orders, self.to_inventory];
        spans.iter().map(shown).collect()
    }
}

fn micros(span: &Span) -> u64 {
    span.duration.unwrap_or_default()
}

fn millis(micros: u64) -> String {
    format!("{}.{:03} ms", micros / 1000, micros % 1000)
}

/// Whether questions can be asked about a trace.
pub fn is_readable(trace: &[Span]) -> bool {
    Reading::of(trace).is_some()
}

/// Readings of the two traces, right and wrong ones, by name.
pub fn readings(spans: &[Span]) -> BTreeMap<&'static str, String> {
    let (first, second) = traces(spans);
    let (Some(first), Some(second)) = (Reading::of(&first), Reading::of(&second)) else {
        return BTreeMap::new();
    };
    let trace_of = |reading: &Reading<'_>| reading.root.trace_id.to_string();
    [
        ("first", trace_of(&first)),
        ("second", trace_of(&second)),
        ("spans", first.spans.len().to_string()),
        ("services", first.services().to_string()),
        ("own", millis(first.own_us())),
        ("own-us", first.own_us().to_string()),
        ("total", millis(micros(first.root))),
        ("parent", second.to_inventory.id.to_string()),
        ("server", second.orders.id.to_string()),
        ("span", second.inventory.id.to_string()),
        ("network", millis(second.network_us())),
        ("network-us", second.network_us().to_string()),
        ("client", millis(micros(second.to_inventory))),
    ]
    .into()
}

/// The spans of the two traces, in the order in which the traces first appear.
fn traces(spans: &[Span]) -> (Vec<Span>, Vec<Span>) {
    let first: Option<TraceId> = spans.first().map(|span| span.trace_id);
    spans
        .iter()
        .cloned()
        .partition(|span| Some(span.trace_id) == first)
}

fn judge(seen: &Seen) -> Verdict {
    match finding(seen) {
        None => Verdict::Passed,
        finding => Verdict::Failed(Failure {
            finding,
            ..Failure::default()
        }),
    }
}

fn finding(seen: &Seen) -> Option<Finding> {
    let answers: BTreeMap<&str, &str> = answers(&seen.answers);
    let open = QUESTIONS.iter().filter(|name| !answers.contains_key(*name));
    if open.clone().next().is_some() {
        return Some(Finding::new("unanswered", open.map(|name| format!("{name} ="))));
    }
    let (first, second) = traces(&seen.spans);
    let (first, second) = (Reading::of(&first)?, Reading::of(&second)?);
    let given = |name: &str| answers.get(name).copied().unwrap_or_default();
    let found = |name, answer: &str, reading: &Reading<'_>| {
        let answered = format!("{answer} = {}", given(answer));
        Some(Finding::new(name, [answered].into_iter().chain(reading.shown())))
    };
    let counts = |count: usize| given("spans").parse() == Ok(count);
    if !counts(first.spans.len()) {
        let is_services = counts(first.services());
        return found(
            if is_services {
                "services-counted"
            } else {
                "misread"
            },
            "spans",
            &first,
        );
    }
    if let Some(name) = misreading(given("own"), first.own_us(), (micros(first.root), "total-as-own")) {
        return found(name, "own", &first);
    }
    let parent = given("parent").to_lowercase();
    // Lines and `hop trace` take the first digits for the whole id, too.
    let is = |id: String| parent.len() >= 8 && id.starts_with(&parent);
    if !is(second.to_inventory.id.to_string()) {
        let root = second.root;
        let name = if is(second.orders.id.to_string()) {
            "server-as-parent"
        } else if is(root.trace_id.to_string()) || is(root.id.to_string()) {
            "trace-as-parent"
        } else {
            "misread"
        };
        return found(name, "parent", &second);
    }
    let client = (micros(second.to_inventory), "client-as-network");
    misreading(given("network"), second.network_us(), client).and_then(|name| found(name, "network", &second))
}

/// The name of a wrong answer: that of the value that is often taken for the right one, where it is nearer.
fn misreading(answer: &str, right: u64, (wrong, name): (u64, &'static str)) -> Option<&'static str> {
    let Some(given) = duration_us(answer) else {
        return Some("misread");
    };
    let off = |micros: u64| (given - micros as f64).abs();
    let is_about = |micros: u64| off(micros) <= (micros as f64 / 50.0).max(ROUNDED_US as f64);
    if off(wrong) < off(right) {
        Some(if is_about(wrong) { name } else { "misread" })
    } else {
        (!is_about(right)).then_some("misread")
    }
}

/// `name = value` in each line; empty values, comments and other lines do not count.
fn answers(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let trimmed = pairs.map(|(name, value)| (name.trim(), value.trim()));
    trimmed.filter(|(_, value)| !value.is_empty()).collect()
}

/// `6.11 ms`, `6,11 ms`, `555 µs` or `1.2 s`; milliseconds without a unit.
fn duration_us(text: &str) -> Option<f64> {
    let text = text.replace(',', ".");
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let unit = text.trim_start_matches(is_number);
    let number = text.strip_suffix(unit)?;
    let factor = match unit.trim() {
        "" | "ms" => 1e3,
        "µs" | "μs" | "us" => 1.0,
        "s" => 1e6,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_they_are_shown() {
        for (text, micros) in [
            ("6.11 ms", Some(6110.0)),
            ("6.11", Some(6110.0)),
            ("555 µs", Some(555.0)),
            ("555us", Some(555.0)),
            ("0,69 ms", Some(690.0)),
            ("1.5 s", Some(1_500_000.0)),
            ("long", None),
            ("1 h", None),
        ] {
            assert_eq!(duration_us(text), micros, "{text}");
        }
    }

    #[test]
    fn the_nearer_value_names_a_wrong_answer() {
        for (answer, name) in [
            ("7.24", None),
            ("7.3 ms", None),
            ("7.41", Some("client")),
            ("7.51 ms", Some("client")),
            ("9", Some("misread")),
            ("3", Some("misread")),
            ("quick", Some("misread")),
        ] {
            assert_eq!(misreading(answer, 7240, (7510, "client")), name, "{answer}");
        }
    }

    #[test]
    fn comments_and_empty_answers_do_not_count() {
        let text = "# spans = 9\nspans = 5\nown =\n parent=a \nhello\n";
        assert_eq!(answers(text), [("spans", "5"), ("parent", "a")].into());
    }
}
