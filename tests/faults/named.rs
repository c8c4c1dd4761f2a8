//! The answer of the analysis names the fault: a table of what it must say, and 100 seeds over the table, in running processes.

use zipkin::analysis::{Analysis, FindingKind, analyse};

use crate::{faults::broken::Broken, harness::client};

/// A fault that one trace can show. Kinds that no trace tells apart are one class, with one expectation.
struct Class {
    name: &'static str,
    /// Each way to bring it about, with the spans of the trace, and the words that name it.
    cases: &'static [Case],
}

struct Case {
    set: &'static [(&'static str, &'static str)],
    spans: usize,
    named: Named,
}

enum Named {
    /// The answer's first sentence says where the time went.
    First(&'static str),
    /// A finding of this kind, which the answer quotes, has these words.
    Finding(FindingKind, &'static str),
}

use Named::{Finding, First};

const fn case(set: &'static [(&'static str, &'static str)], spans: usize, named: Named) -> Case {
    Case { set, spans, named }
}

const CLASSES: [Class; 11] = [
    Class {
        name: "slow in its own work: latency, a lock that is held longer",
        cases: &[
            case(&[("gateway", "latency=150ms±20")], 5, First("gateway's own work")),
            case(&[("orders", "latency=150ms±20")], 5, First("orders' own work")),
            case(
                &[("inventory", "latency=150ms±20")],
                5,
                First("inventory's own work"),
            ),
            case(&[("orders", "lock=150ms")], 5, First("orders' own work")),
        ],
    },
    Class {
        name: "far away: network",
        cases: &[
            case(
                &[("orders", "network=150ms±20")],
                5,
                First("network between gateway and orders"),
            ),
            case(
                &[("inventory", "network=150ms±20")],
                5,
                First("network between orders and inventory"),
            ),
        ],
    },
    Class {
        name: "answers with an error",
        cases: &[
            case(
                &[("gateway", "error=503")],
                1,
                Finding(FindingKind::Failed, "gateway failed: Service Unavailable"),
            ),
            case(
                &[("orders", "error=500")],
                3,
                Finding(FindingKind::Failed, "orders failed: Internal Server Error"),
            ),
            case(
                &[("inventory", "error=503")],
                5,
                Finding(FindingKind::Failed, "inventory failed: Service Unavailable"),
            ),
        ],
    },
    Class {
        name: "never answers in time: a hang, a latency above the deadline",
        cases: &[
            case(
                &[("inventory", "hang")],
                5,
                Finding(FindingKind::Failed, "inventory failed: cancelled"),
            ),
            case(
                &[("inventory", "latency=5s")],
                5,
                Finding(FindingKind::Failed, "inventory failed: cancelled"),
            ),
        ],
    },
    Class {
        name: "nobody listens",
        cases: &[
            case(
                &[("orders", "refuse")],
                2,
                Finding(FindingKind::Failed, "call to orders failed: connection refused"),
            ),
            case(
                &[("inventory", "refuse")],
                4,
                Finding(
                    FindingKind::Failed,
                    "call to inventory failed: connection refused",
                ),
            ),
        ],
    },
    Class {
        name: "breaks off",
        cases: &[
            case(
                &[("orders", "reset")],
                5,
                Finding(FindingKind::Failed, "orders failed: body broken"),
            ),
            case(
                &[("inventory", "reset")],
                5,
                Finding(FindingKind::Failed, "inventory failed: body broken"),
            ),
        ],
    },
    Class {
        name: "n calls instead of one",
        cases: &[
            case(
                &[("gateway", "calls=6")],
                25,
                Finding(FindingKind::NPlusOne, "gateway called orders 6 times"),
            ),
            case(
                &[("orders", "calls=9")],
                21,
                Finding(FindingKind::NPlusOne, "orders called inventory 9 times"),
            ),
        ],
    },
    Class {
        name: "a retry storm",
        cases: &[
            case(
                &[("gateway", "retry-storm=3"), ("orders", "error")],
                7,
                Finding(FindingKind::Retries, "orders was tried 3 times, all failed"),
            ),
            case(
                &[("orders", "retry-storm=4"), ("inventory", "error=500")],
                11,
                Finding(FindingKind::Retries, "inventory was tried 4 times, all failed"),
            ),
        ],
    },
    Class {
        name: "waits for a place: a lock, a pool",
        cases: &[
            case(
                &[("gateway", "burst=4"), ("orders", "pool=1,40ms")],
                17,
                Finding(FindingKind::PlaceWait, "calls waited for a place at orders"),
            ),
            case(
                &[("orders", "burst=4"), ("inventory", "lock=40ms")],
                11,
                Finding(FindingKind::PlaceWait, "calls waited for a place at inventory"),
            ),
        ],
    },
    Class {
        name: "a wrong clock",
        cases: &[
            case(
                &[("orders", "clock=-2s")],
                5,
                Finding(FindingKind::Clock, "orders' clock is behind"),
            ),
            case(
                &[("inventory", "clock=+3s")],
                5,
                Finding(FindingKind::Clock, "inventory's clock is ahead"),
            ),
        ],
    },
    Class {
        name: "spans that are missing: lost, or held back",
        cases: &[
            case(
                &[("orders", "spans-lost=100%")],
                3,
                Finding(FindingKind::LostSpans, "At least 1 span was lost"),
            ),
            case(
                &[("orders", "exporter-blocked")],
                3,
                Finding(FindingKind::LostSpans, "At least 1 span was lost"),
            ),
        ],
    },
];

impl Named {
    fn is_in(&self, analysis: &Analysis) -> bool {
        match self {
            First(words) => analysis
                .answer
                .split(['.', ';'])
                .take(3)
                .any(|part| part.contains(words)),
            Finding(kind, words) => {
                let mut findings = analysis.findings.iter();
                findings.any(|finding| {
                    finding.kind == *kind
                        && finding.text.contains(words)
                        && analysis.answer.contains(&finding.text)
                }) || *kind == FindingKind::Failed && says_another_way(analysis, words)
            }
        }
    }
}

/// A server that was given up on is named by that, too.
fn says_another_way(analysis: &Analysis, words: &str) -> bool {
    let service = words.split(' ').next().unwrap_or_default();
    words.ends_with("cancelled") && analysis.answer.contains(&format!("gave up on {service}"))
}

#[tokio::test]
async fn the_answer_names_the_fault_in_95_of_100_seeded_cases() {
    let broken = Broken::start();
    let (mut named, mut missed) = (0, Vec::new());
    for seed in 0..100_u64 {
        let mut random = fastrand::Rng::with_seed(seed);
        let class = &CLASSES[random.usize(..CLASSES.len())];
        let case = &class.cases[random.usize(..class.cases.len())];
        for (service, fault) in case.set {
            broken.set(service, fault, seed).await;
        }
        let seen = broken.request().await;
        broken.stack.trace(&seen.trace_id, case.spans).await;
        let url = format!("{}/api/v2/trace/{}", broken.stack.collector.url, seen.trace_id);
        let json = client().get(url).send().await.unwrap().bytes().await.unwrap();
        broken.clear().await;
        let trace = zipkin::waterfall(&zipkin::decode::list(&json).unwrap()).unwrap();
        let analysis = analyse(&trace);
        if case.named.is_in(&analysis) {
            named += 1;
        } else {
            missed.push(format!(
                "{seed}: {} {:?}: {}",
                class.name, case.set, analysis.answer
            ));
        }
    }
    println!("{named} of 100 named");
    assert!(named >= 95, "{named} of 100:\n{}", missed.join("\n"));
}

#[tokio::test]
async fn without_a_fault_no_diagnosis_is_made() {
    let broken = Broken::start();
    for _ in 0..20 {
        let seen = broken.request().await;
        broken.stack.trace(&seen.trace_id, 5).await;
        let url = format!("{}/api/v2/trace/{}", broken.stack.collector.url, seen.trace_id);
        let json = client().get(url).send().await.unwrap().bytes().await.unwrap();
        let trace = zipkin::waterfall(&zipkin::decode::list(&json).unwrap()).unwrap();
        assert!(analyse(&trace).findings.is_empty());
    }
}
