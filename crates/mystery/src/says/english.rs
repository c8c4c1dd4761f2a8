//! Measures in English.

use zipkin::words::of_whom;

use super::figures::{counted, time};
use crate::{
    class::Class,
    hop::Hop,
    measure::{Measure, Reason},
};

/// One sentence.
pub(super) fn sentence(measure: &Measure) -> String {
    let Measure { hop, shows, of, .. } = measure;
    let (typical, longest) = (time(measure.typical_us), time(measure.longest_us));
    let caller = hop.caller();
    let own = of_whom(hop.name());
    let dialects = measure.dialects.join(" and ");
    match measure.class {
        Class::OwnWork | Class::Network if *of == 0 => {
            format!("no span says how long {own} own work or the way to it took.")
        }
        Class::OwnWork => {
            format!("{own} own work took {typical} in the middle of {of} requests, {longest} at most.")
        }
        Class::Network => format!(
            "the way between {caller} and {hop} took {typical} in the middle of {of} requests, {longest} at most."
        ),
        Class::Error => format!("{hop} itself failed in {shows} of {of} requests."),
        Class::NoAnswer => format!("{hop} was given up on in {shows} of {of} requests."),
        Class::Refused => format!("the connection to {hop} was refused in {shows} of {of} requests."),
        Class::BrokenOff => format!("{own} answer broke off in {shows} of {of} requests."),
        Class::SlowBody => format!("{own} body came long after its head in {shows} of {of} requests."),
        Class::PlaceWait => {
            format!("calls that came at once waited for a place at {hop} in {shows} of {of} requests.")
        }
        Class::ManyCalls => {
            format!("{hop} made five and more calls alike, one after another, in {shows} of {of} requests.")
        }
        Class::Burst => format!("{hop} made three and more calls alike at once in {shows} of {of} requests."),
        Class::Retries => {
            format!("{hop} made a failed call again, and it failed again, in {shows} of {of} requests.")
        }
        Class::CacheMiss => format!("{own} cache missed in {shows} of {of} requests."),
        Class::LostContext | Class::OneDialect | Class::IdsCut if *of == 0 => {
            format!("asked alone, {hop} did not answer, or named no trace.")
        }
        Class::LostContext | Class::OneDialect if *shows == 0 => {
            format!("asked alone, {hop} took the caller's trace in each of {of} dialects.")
        }
        Class::LostContext | Class::OneDialect => {
            format!("asked alone, {hop} began a trace of its own in {shows} of {of} dialects: {dialects}.")
        }
        Class::IdsCut if *shows == 0 => format!("asked alone, {hop} kept all 128 bits of the trace id."),
        Class::IdsCut => format!("asked alone, {hop} kept 64 of the 128 bits of the trace id."),
        Class::NotRecorded | Class::LostSpans => {
            format!("no span of {hop} is in the traces of {shows} of {of} requests.")
        }
        Class::LostBaggage => format!(
            "userId is missing on {shows} of {of} spans of {}.",
            counted(measure)
        ),
        Class::Clock => clock(measure, &own),
        Class::LinesWithoutIds if *of == 0 => format!("no log line of {own} requests is kept."),
        Class::LinesWithoutIds => format!("{shows} of {of} log lines of {own} requests have no trace id."),
    }
}

/// One sentence more.
pub(super) fn reason(hop: Hop, reason: Reason) -> String {
    let next = hop.next().unwrap_or(hop);
    let own = of_whom(hop.name());
    match reason {
        Reason::NotReached => {
            format!("But asked alone, {hop} did not answer: a request that does not reach it leaves no span.")
        }
        Reason::SpanArrives => {
            format!("But asked alone, {own} span arrived: those requests, or their traces, ended before it.")
        }
        Reason::NextIsSeen => format!("But {next} is in the traces: {own} spans alone are missing."),
        Reason::NextIsMissing => format!("But {next} is missing, too: nothing is recorded from {hop} on."),
        Reason::AllDialects => "But these are all that it answered in: the whole context is lost.".to_owned(),
        Reason::TakesUser => format!("But asked alone, {hop} took the user: it was lost before {hop}."),
        Reason::NextTakesNoUser => format!("But asked alone, {next} took no user: it is lost there."),
        Reason::NoSpan => {
            "But no span of a hop that was asked alone arrived: nobody knows where it was lost.".to_owned()
        }
    }
}

fn clock(measure: &Measure, own: &str) -> String {
    match measure.typical_us {
        None => format!("no span says what {own} clock shows."),
        Some(0) => format!("{own} clock agrees with that of whoever asked it."),
        Some(ahead) => {
            let way = if ahead > 0 { "ahead" } else { "behind" };
            format!("{own} clock is {} {way}, at least.", time(measure.typical_us))
        }
    }
}
