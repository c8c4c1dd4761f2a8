//! The part of a trace that an address asks for: what to find, which fold to open, which time to zoom to.

use zipkin::SpanId;

use super::{laid::Laid, rows};
use crate::params::Params;

/// A longer text is cut: nobody types it.
const MAX_FIND: usize = 200;

/// The part of a trace that a reader asks to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// A text to find; empty for none.
    pub find: String,
    /// From so many microseconds after the start of the trace.
    pub from: Option<u64>,
    /// To so many microseconds after it.
    pub to: Option<u64>,
    /// The fold that is open.
    pub open: Option<Open>,
    /// Rows of what is found or open that stand on pages before.
    pub after: usize,
    /// The fields that hold no time.
    pub wrong: Vec<(&'static str, String)>,
}

/// Rows that are shown because somebody opened a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// The span and its siblings alike, or all below it where it has none.
    Span(SpanId),
    /// All that a span caused.
    Below(SpanId),
    /// All that nothing in the trace caused.
    Top,
    /// All rows.
    All,
}

impl View {
    /// Reads the parameters.
    pub fn of(params: &Params) -> Self {
        let given = |name| params.get(name).map(str::trim).filter(|text| !text.is_empty());
        let mut wrong = Vec::new();
        let mut time = |name: &'static str| {
            let text = given(name)?;
            let time = micros(text);
            if time.is_none() {
                wrong.push((name, text.chars().take(MAX_FIND).collect()));
            }
            time
        };
        let (from, to) = (time("from"), time("to"));
        let span = |name| given(name).and_then(|text| SpanId::parse(text).ok());
        let open = match (given("open"), given("below")) {
            (Some("all"), _) => Some(Open::All),
            (Some(_), _) => span("open").map(Open::Span),
            (None, Some("top")) => Some(Open::Top),
            (None, _) => span("below").map(Open::Below),
        };
        Self {
            find: given("find").unwrap_or_default().chars().take(MAX_FIND).collect(),
            from,
            to,
            open,
            after: given("after")
                .and_then(|text| text.parse().ok())
                .unwrap_or_default(),
            wrong,
        }
    }

    /// The time that is shown, in microseconds since the start of the trace: all of it, unless a part is asked for.
    pub fn range(&self, width: u64) -> (u64, u64) {
        let to = self.to.unwrap_or(width).min(width);
        let from = self.from.unwrap_or_default();
        if from < to { (from, to) } else { (0, width) }
    }

    /// Whether a part of the time is shown.
    pub fn is_zoomed(&self, width: u64) -> bool {
        self.range(width) != (0, width)
    }

    /// The same, of another time.
    pub fn zoomed(&self, from: u64, to: u64) -> Self {
        Self {
            from: Some(from),
            to: Some(to),
            ..self.clone()
        }
    }

    /// The same, with another fold open.
    pub fn opened(&self, open: Open) -> Self {
        Self {
            find: String::new(),
            open: Some(open),
            after: 0,
            ..self.clone()
        }
    }

    /// The same, from a later row on.
    pub fn later(&self, after: usize) -> Self {
        Self {
            after,
            ..self.clone()
        }
    }

    /// The query of its address, with its `?`.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.find.is_empty() {
            query.append_pair("find", &self.find);
        }
        for (name, time) in [("from", self.from), ("to", self.to)] {
            if let Some(time) = time {
                query.append_pair(name, &time.to_string());
            }
        }
        match self.open {
            Some(Open::Span(id)) => _ = query.append_pair("open", &id.to_string()),
            Some(Open::Below(id)) => _ = query.append_pair("below", &id.to_string()),
            Some(Open::Top) => _ = query.append_pair("below", "top"),
            Some(Open::All) => _ = query.append_pair("open", "all"),
            None => {}
        }
        if self.after > 0 {
            query.append_pair("after", &self.after.to_string());
        }
        format!("?{}", query.finish())
    }

    /// The rows that it opens, in drawing order; nothing where it opens none.
    pub fn opens(&self, laid: &Laid) -> Option<Vec<usize>> {
        let rows = match self.open? {
            Open::All => (0..laid.trace.rows.len()).collect(),
            Open::Top => laid.shape.children(&laid.trace, None),
            Open::Below(id) => laid.shape.children(&laid.trace, Some(laid.first_of(id)?)),
            Open::Span(id) => {
                let row = laid.first_of(id)?;
                match rows::alike_siblings(&laid.trace, &laid.shape, row) {
                    alike if alike.len() > 1 => alike,
                    _ => laid.shape.subtree(row).collect(),
                }
            }
        };
        Some(rows)
    }
}

/// Microseconds: `250`, `250us`, `1.5ms`, `2 s`.
fn micros(text: &str) -> Option<u64> {
    const UNITS: [(&str, f64); 5] = [("ms", 1e3), ("us", 1.0), ("µs", 1.0), ("μs", 1.0), ("s", 1e6)];
    let unit = UNITS
        .iter()
        .find_map(|(unit, micros)| Some((text.strip_suffix(unit)?, *micros)));
    let (number, unit) = unit.unwrap_or((text, 1.0));
    let micros = number.trim().parse::<f64>().ok()? * unit;
    // A float holds whole microseconds of 285 years.
    (0.0..=9e15).contains(&micros).then_some(micros.round() as u64)
}

/// The time of a field, as it is read again.
pub fn field(micros: Option<u64>) -> String {
    match micros {
        None => String::new(),
        Some(micros) if micros % 1_000 == 0 && micros > 0 => format!("{} ms", micros / 1_000),
        Some(micros) => format!("{micros} µs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(pairs: &[(&str, &str)]) -> View {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        View::of(&Params::new(pairs.collect()))
    }

    #[test]
    fn an_address_says_what_it_shows_and_is_written_again() {
        for (pairs, query) in [
            (&[][..], "?"),
            (&[("find", "user Id=kim&")][..], "?find=user+Id%3Dkim%26"),
            (
                &[("from", "1.5ms"), ("to", "2 s"), ("open", "a")][..],
                "?from=1500&to=2000000&open=000000000000000a",
            ),
            (&[("below", "top"), ("after", "100")][..], "?below=top&after=100"),
            (&[("open", "all")][..], "?open=all"),
            // No ids and no times.
            (
                &[("open", "<b>"), ("from", "soon"), ("after", "-1"), ("find", " ")][..],
                "?",
            ),
        ] {
            assert_eq!(view(pairs).query(), query, "{pairs:?}");
        }
        assert_eq!(view(&[("from", "soon")]).wrong, [("from", "soon".to_owned())]);
    }

    #[test]
    fn a_range_lies_in_the_trace_or_is_all_of_it() {
        let range = |from, to| view(&[("from", from), ("to", to)]).range(1_000);
        assert_eq!(range("100", "300"), (100, 300));
        assert_eq!(range("100", "9000"), (100, 1_000));
        assert_eq!(range("300", "100"), (0, 1_000));
        assert_eq!(range("", "300"), (0, 300));
    }

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for time in [0, 7, 1_000, 1_500, 2_000_000] {
            assert_eq!(micros(&field(Some(time))), Some(time));
        }
    }
}
