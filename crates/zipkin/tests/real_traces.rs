//! The traces of `zipkin-lens/testdata` in openzipkin/zipkin, and small odd ones made by hand: every figure adds up, or says why it is
//! missing. They are read from the folder that `REAL_TRACES` names, else from `../shared/traces` beside this repository; where
//! neither is there, the test says so and passes.

#![expect(
    clippy::indexing_slicing,
    reason = "clippy knows only functions marked as tests"
)]

use std::{env, fs, path::PathBuf};

use zipkin::{
    Waterfall,
    analysis::{Analysis, DoubtKind, DoubtKind::*, Hop, analyse, corrected, hops, what_if},
};

/// A file, its spans once they are merged, the beginning of its answer, and its doubts.
type Facts = (&'static str, usize, &'static str, &'static [(DoubtKind, usize)]);

const FACTS: [Facts; 22] = [
    (
        "ascend",
        8,
        "mobile-gateway called auth-service and content-service one after another, for 34.4 ms in all",
        &[(NoServer, 1), (Clock, 1)],
    ),
    (
        "envoy",
        1,
        "127 of 127 ms was work of a span that names no service.",
        &[(MissingParent, 1)],
    ),
    // The root sent messages and ended; what took them is below.
    (
        "messaging-kafka",
        28,
        "395 of 649 ms waited in kafka.",
        &[(LongerThanParent, 10), (Late, 6)],
    ),
    (
        "messaging",
        4,
        "2.84 of 2.84 ms was frontend's own work.",
        &[(LongerThanParent, 1), (Late, 1)],
    ),
    // Six spans name a parent that is not there, and one server's client has reported nothing.
    (
        "messaging2",
        11,
        "21.8 of 29.1 ms was mobile-gateway waiting for a call",
        &[
            (MissingParent, 7),
            (LongerThanParent, 1),
            (Late, 1),
            (NoServer, 2),
        ],
    ),
    (
        "simple-db-p6",
        5,
        "240 of 252 ms was bootifulmeters' own work.",
        &[],
    ),
    (
        "skew",
        4,
        "93.6 of 99.4 ms was serviceb's own work. serviceb's clock is behind servicea's by 65.4 ms to 66.4 ms.",
        &[(Clock, 1)],
    ),
    (
        "smartthings-mobile-web-install",
        957,
        "14.2 of 36.7 ms was network between coresrv and auth",
        &[
            (Unfinished, 91),
            (LongerThanParent, 12),
            (Late, 30),
            (NoServer, 3),
            (Clock, 11),
        ],
    ),
    (
        "smartthings-oauth-authorization",
        172,
        "1.43 of 1.43 ms was datamgmt's own work or a span below it whose time is not known.",
        &[
            (Unfinished, 16),
            (LongerThanParent, 4),
            (Late, 12),
            (NoServer, 3),
            (Clock, 2),
        ],
    ),
    // The root shares its client's id, and the client has reported nothing.
    (
        "yelp",
        16,
        "88.9 of 132 ms was yelp_main/api_proxy's own work; then network between unknown and yelp_main/api_proxy.",
        &[(MissingParent, 1), (NoServer, 1)],
    ),
    ("odd/annot", 1, "1.00 of 1.00 ms was a's own work.", &[]),
    ("odd/arabic2", 3, "500 µs of 1.00 ms was ", &[]),
    ("odd/async", 2, "5.00 of 5.02 s waited in kafka.", &[]),
    (
        "odd/cycle",
        3,
        "500 of 500 µs was selfparent's own work.",
        &[(Cycle, 1)],
    ),
    ("odd/longname", 2, "999 ms of 1.00 s was sss", &[]),
    (
        "odd/missing",
        2,
        "1.00 of 1.00 ms was a's own work. At least 1 span was lost",
        &[(MissingParent, 1)],
    ),
    (
        "odd/nodur",
        4,
        "Cannot tell: the root has not ended.",
        &[(Unfinished, 2)],
    ),
    ("odd/nots", 2, "Cannot tell: no span says when it ran.", &[]),
    ("odd/rtl", 4, "500 µs of 1.00 ms was ", &[]),
    ("odd/script", 1, "1.00 of 1.00 ms was </td><script>", &[]),
    ("odd/tiny", 19, "1 h 0 min of 1 h 0 min was a's own work.", &[]),
    (
        "odd/tworoots",
        3,
        "1.00 of 1.00 ms was a's own work.",
        &[(SecondRoot, 1)],
    ),
];

fn folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/traces");
    let folder = env::var_os("REAL_TRACES").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn every_figure_adds_up_or_says_why_it_is_missing() {
    let Some(folder) = folder() else {
        println!("no real traces here: REAL_TRACES names their folder");
        return;
    };
    for (file, rows, answer, doubts) in FACTS {
        let body = fs::read(folder.join(format!("{file}.json"))).unwrap();
        let trace = zipkin::waterfall(&zipkin::decode::list(&body).unwrap()).unwrap();
        let analysis = analyse(&trace);
        assert_eq!(trace.rows.len(), rows, "{file}");
        assert!(analysis.answer.starts_with(answer), "{file}: {}", analysis.answer);
        let found: Vec<_> = analysis
            .doubts
            .iter()
            .map(|doubt| (doubt.kind, doubt.count))
            .collect();
        assert_eq!(found, doubts, "{file}");
        path_adds_up(file, &trace, &analysis);
        for hop in hops(&trace) {
            figures_agree(file, &hop);
        }
        groups_add_up(file, &trace, &analysis);
        for message in &analysis.messages {
            assert_eq!(
                message.queue_us.is_none(),
                message.why.is_some(),
                "{file}: {message:?}"
            );
        }
        choices_keep_what_is_known(file, &trace, &analysis);
    }
}

/// Piece after piece, from the root's start to its end.
fn path_adds_up(file: &str, trace: &Waterfall, analysis: &Analysis) {
    let root = &trace.rows[0];
    let Some((start, duration)) = root.span.timestamp.zip(root.duration) else {
        assert!(analysis.critical_path.is_empty(), "{file}");
        return;
    };
    let mut at = start;
    for segment in &analysis.critical_path {
        assert_eq!(segment.start_us, at, "{file}");
        at += segment.duration_us;
    }
    assert_eq!(at, start + duration, "{file}");
}

fn figures_agree(file: &str, hop: &Hop) {
    let why = hop.why;
    for (is_there, why) in [
        (hop.client_us.is_some(), why.client_us),
        (hop.server_us.is_some(), why.server_us),
        (hop.network_us.is_some(), why.network_us),
        (hop.request_us.is_some(), why.request_us),
        (hop.response_us.is_some(), why.response_us),
        (hop.self_us.is_some(), why.self_us),
    ] {
        assert_eq!(is_there, why.is_none(), "{file}: {hop:?}");
    }
    if let Some(network) = hop.network_us {
        assert_eq!(
            hop.client_us
                .zip(hop.server_us)
                .map(|(client, server)| client - server),
            Some(network)
        );
        if let Some(([least, most], [least_back, most_back])) = hop.request_us.zip(hop.response_us) {
            assert!(least <= most && most <= network, "{file}: {hop:?}");
            assert_eq!(
                [least + most_back, most + least_back],
                [network; 2],
                "{file}: {hop:?}"
            );
        }
    }
    assert!(hop.self_us <= hop.server_us, "{file}: {hop:?}");
}

fn groups_add_up(file: &str, trace: &Waterfall, analysis: &Analysis) {
    let calls: usize = analysis.hops.iter().map(|hop| hop.count).sum();
    assert_eq!(calls, hops(trace).len(), "{file}");
    let share: f64 = analysis.hops.iter().map(|hop| hop.critical_share).sum();
    assert!(share <= 1.000_001, "{file}: {share}");
    let path: u64 = analysis
        .critical_path
        .iter()
        .map(|segment| segment.duration_us)
        .sum();
    let of_hops: u64 = analysis.hops.iter().map(|hop| hop.critical_us).sum();
    assert!(of_hops <= path, "{file}: {of_hops} of {path}");
}

fn choices_keep_what_is_known(file: &str, trace: &Waterfall, analysis: &Analysis) {
    let (by_one_clock, corrections) = corrected(trace);
    assert_eq!(by_one_clock.rows.len(), trace.rows.len(), "{file}");
    let is_doubted = analysis.clocks.iter().any(|clock| clock.apart_us() > 100);
    assert_eq!(!corrections.is_empty(), is_doubted, "{file}: {corrections:?}");
    for service in &trace.services {
        if let Some(faster) = what_if(trace, service, 1_000) {
            assert_eq!(Some(faster.before_us), trace.rows[0].duration, "{file}");
            assert_eq!(faster.before_us - faster.saved_us, faster.after_us, "{file}");
        }
    }
}
