use super::*;
use crate::{
    TraceId,
    analysis::{clocks::clocks, messages::messages},
    sample::{span, trace},
    waterfall,
};

fn found(spans: &[crate::Span]) -> Vec<Finding> {
    let trace = waterfall(spans).unwrap();
    let kin = Kin::of(&trace);
    findings(&trace, &kin, &clocks(&kin), &messages(&kin), &Beside::default())
}

/// `web:cache-get` is work of web by the name of `cache get`.
fn said(lines: &[&str]) -> Vec<String> {
    let mut spans = trace(lines);
    for span in &mut spans {
        let endpoint = span.local_endpoint.as_mut();
        let service = endpoint.and_then(|endpoint| endpoint.service_name.as_mut());
        let named = service.and_then(|service| {
            let (own, name) = service.split_once(':')?;
            let (own, name) = (own.to_owned(), name.replace('-', " "));
            *service = own;
            Some(name)
        });
        span.name = span.name.take().or(named);
    }
    found(&spans).into_iter().map(|finding| finding.text).collect()
}

#[test]
fn each_rule_says_what_it_saw() {
    for (lines, expected) in [
        // Nothing to say.
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web app @1100+800",
                "3 2 SERVER app - @1200+600",
            ],
            vec![],
        ),
        // Five alike; four are none, and five at once neither.
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web db @1100+100",
                "3 1 CLIENT web db @1200+100",
                "4 1 CLIENT web db @1300+100",
                "5 1 CLIENT web db @1400+100",
                "6 1 CLIENT web db @1500+100",
            ],
            vec![
                "web called db 5 times, one after another, for 500 µs: one call for all of them may be enough (N+1).",
            ],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web db @1100+100",
                "3 1 CLIENT web db @1100+100",
                "4 1 CLIENT web db @1300+100",
                "5 1 CLIENT web db @1400+100",
                "6 1 CLIENT web db @1500+100",
            ],
            vec![],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web app @1100+300",
                "3 1 CLIENT web db @1400+400",
            ],
            vec![
                "web called app and db one after another, for 700 µs in all: the calls may overlap, unless one needs another's answer.",
            ],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web app @1100+300 error",
                "3 1 CLIENT web app @1500+300",
            ],
            vec!["app was tried 2 times, 1 failed.", "web's call to app failed."],
        ),
        (
            vec![
                "1 - PRODUCER web kafka @1000+10",
                "2 1 CONSUMER job kafka @6000+20",
            ],
            vec!["4.99 of 5.02 ms waited in kafka."],
        ),
        (
            vec![
                "1 - CLIENT web - @1000+1000",
                "2 1 SERVER app - @1100+100",
                "3 - SERVER app web @1300+100",
                "4 1 SERVER app - @1300+100",
            ],
            vec!["app lost the context of web: its span has no parent, and was called."],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web app @1100+100",
                "3 - SERVER app - @1120+10",
            ],
            vec!["app lost the context of web: its span has no parent, and was called."],
        ),
        // The call ended well with the headers, and the body broke off.
        (
            vec![
                "1 - SERVER web - @1000+1000 error",
                "2 1 CLIENT web app @1100+300",
                "3 2 SERVER app - @1150+400 error",
            ],
            vec!["app failed."],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 9 SERVER app - @1100+100",
                "3 9 SERVER app - @1300+100",
            ],
            vec!["At least 1 span was lost: figures around the gaps are too large."],
        ),
        // The caller of the whole trace is traced elsewhere.
        (
            vec!["1 9 SERVER web - @1000+1000", "2 1 - web - @1100+100"],
            vec![],
        ),
        (
            vec![
                "1 - CLIENT web app @1000+10000 error",
                "2 1 SERVER app - @1500+90000",
            ],
            vec![
                "web gave up on app after 10.0 ms; app went on for 80.5 ms longer.",
                "web's call to app failed.",
            ],
        ),
        // Stopped at once; and a clock that runs behind.
        (
            vec![
                "1 - CLIENT web app @1000+10000 error",
                "2 1 SERVER app - @1500+10100",
            ],
            vec!["web gave up on app after 10.0 ms.", "web's call to app failed."],
        ),
        (
            vec![
                "1 - CLIENT web app @5000+10000 error",
                "2 1 SERVER app - @4000+90000",
            ],
            vec!["web gave up on app after 10.0 ms.", "web's call to app failed."],
        ),
        (
            vec!["1 - CLIENT web app @1000+1000", "2 1 SERVER app - @9100+800"],
            vec!["app's clock is ahead of web's by 7.90 ms to 8.10 ms."],
        ),
        // A wrong clock between two right ones is said once.
        (
            vec![
                "1 - CLIENT web app @1000+1000",
                "2 1 SERVER app - @9100+800",
                "3 2 CLIENT app db @9150+600",
                "4 3 SERVER db - @1200+500",
            ],
            vec!["app's clock is ahead of web's by 7.90 ms to 8.10 ms."],
        ),
        // A body that comes slowly, while the caller waits for it; and a server that works on behind its answer.
        (
            vec![
                "1 - SERVER web - @1000+90000",
                "2 1 CLIENT web app @1100+2000",
                "3 2 SERVER app - @1200+80000",
            ],
            vec![
                "app sent its answer slowly: the last of it came at least 78.0 ms after web had the response headers.",
            ],
        ),
        (
            vec![
                "1 - SERVER web - @1000+3000",
                "2 1 CLIENT web app @1100+2000",
                "3 2 SERVER app - @1200+80000",
            ],
            vec![],
        ),
        // A cache that has nothing, and one that has.
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 - web:cache-get - @1100+10",
                "3 1 CLIENT web app @1200+500",
                "4 1 - web:cache-put - @1800+10",
            ],
            vec!["web's cache missed: the call to app took 500 µs."],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 - web:cache-get - @1100+10",
                "3 1 CLIENT web app @1200+500",
            ],
            vec![],
        ),
        (
            vec![
                "1 - SERVER web - @1000+1000",
                "2 1 CLIENT web app @1100+300",
                "3 2 SERVER app - @1110+280",
                "4 1 CLIENT web app @1100+600",
                "5 4 SERVER app - @1390+300",
                "6 1 CLIENT web app @1100+880",
                "7 6 SERVER app - @1690+280",
            ],
            vec![
                "2 of 3 calls waited for a place at app, 580 µs at most: a lock, or a pool or queue with room for 1.",
            ],
        ),
    ] {
        assert_eq!(said(&lines), expected, "{lines:?}");
    }
}

#[test]
fn timeouts_are_told_from_failures() {
    let mut spans = trace(&[
        "1 - SERVER web - @1000+1000",
        "2 1 CLIENT web app @1100+100",
        "3 1 CLIENT web app @1300+100",
    ]);
    let mut last = span("4 1 CLIENT web app @1500+100");
    spans[1].tags.insert("error".into(), "operation timed out".into());
    spans[2].tags.insert("error".into(), "504".into());
    spans[2].tags.insert("http.status_code".into(), "504".into());
    spans.push(last.clone());
    assert_eq!(found(&spans)[0].text, "app was tried 3 times, 2 timed out.");
    last.tags.insert("error".into(), "refused".into());
    spans[3] = last;
    assert_eq!(found(&spans)[0].text, "app was tried 3 times, all failed.");
}

#[test]
fn a_name_may_say_that_it_waits() {
    let mut spans = trace(&["1 - SERVER web - @1000+1000", "2 1 - web - @1100+500"]);
    spans[1].name = Some("acquire connection".into());
    assert_eq!(
        found(&spans)[0].text,
        "500 µs of 1.00 ms web waited in “acquire connection”."
    );
    spans[1].name = Some("await".into());
    assert_eq!(found(&spans), []);
}

/// The findings for a call of web that app answered and left no span of, beside another trace.
fn beside(own: &[&str], other: Option<(u128, &[&str])>, services: &[&str]) -> Vec<String> {
    let in_trace = |id: u128, lines: &[&str]| {
        let mut spans = trace(lines);
        spans.iter_mut().for_each(|span| span.trace_id = TraceId::new(id));
        waterfall(&spans).unwrap()
    };
    let own = in_trace(WIDE, own);
    let mut beside = Beside::default();
    beside.traces.extend(other.map(|(id, lines)| in_trace(id, lines)));
    beside.services = services.iter().map(|&service| service.to_owned()).collect();
    let kin = Kin::of(&own);
    let found = findings(&own, &kin, &clocks(&kin), &messages(&kin), &beside);
    found.into_iter().map(|finding| finding.text).collect()
}

const WIDE: u128 = 0x463a_c35c_9f64_13ad_4848_5a39_53bb_6124;

#[test]
fn a_server_in_another_trace_is_found_there() {
    let own = ["1 - SERVER web - @1000+1000", "2 1 CLIENT web app @1100+800"];
    let lower = WIDE & u128::from(u64::MAX);
    let none: &[&str] = &[];
    for (other, services, expected) in [
        (None, none, none),
        // It reports, and not here.
        (
            None,
            &["app"],
            &[
                "app answered web, and no span of it is here: app decided anew not to record, lost the context, or its spans were lost or are still held back.",
            ],
        ),
        (None, &["db"], none),
        (
            Some((lower, &["3 2 SERVER app - @1200+500"] as &[&str])),
            &["app"],
            &[
                "app keeps 64 bits of the 128-bit trace id of web: from there on ids have 16 digits, and the rest is in trace 48485a3953bb6124.",
            ],
        ),
        (
            Some((7, &["3 - SERVER app - @1200+500"])),
            none,
            &["app lost the context of web: it began trace 0000000000000007 of its own while it was called."],
        ),
        // At another time, of another service, below a caller of its own.
        (Some((7, &["3 - SERVER app - @9200+500"])), none, none),
        (Some((7, &["3 - SERVER db - @1200+500"])), none, none),
        (Some((7, &["3 9 SERVER app - @1200+500"])), none, none),
    ] {
        assert_eq!(beside(&own, other, services), expected, "{other:?} {services:?}");
    }
    // Where a keeper does not tell ids of 64 bits from others, both halves are in one trace.
    let mut spans = trace(&[own[0], own[1], "3 2 SERVER app - @1200+500"]);
    spans[0].trace_id = TraceId::new(WIDE);
    spans[1].trace_id = TraceId::new(WIDE);
    spans[2].trace_id = TraceId::new(lower);
    assert_eq!(
        found(&spans)[0].text,
        "app keeps 64 bits of the 128-bit trace id of web: from there on ids have 16 digits."
    );
}
