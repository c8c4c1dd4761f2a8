//! The answer of `hop trace` names the fault: a table of what it must say, and 100 seeds over the table, in running processes.
//!
//! Kinds that no trace tells apart are one class. These have no class, since no rule could name them from a trace:
//!
//! | kind | instead |
//! |---|---|
//! | baggage-dropped | a tag that is missing, which a service may leave out for many reasons; log lines and `hop assert` show it |
//! | logs-without-ids | log lines alone |
//! | burst | calls at once are nothing wrong: they make a lock and a pool show |

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::Value;
use zipkin::analysis::{FindingKind, analyse};

use crate::{
    faults::broken::Broken,
    harness::{client, hop},
};

/// Kinds that no trace names, as the table above says.
const UNNAMED: [&str; 3] = ["baggage-dropped", "logs-without-ids", "burst"];

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

const CLASSES: [Class; 16] = [
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
            // Nobody who is traced waits for the edge's body.
            case(&[("gateway", "slow-body=150ms")], 5, First("gateway's own work")),
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
        name: "a body that comes slowly",
        cases: &[
            case(
                &[("orders", "slow-body=100ms")],
                5,
                Finding(FindingKind::SlowBody, "orders sent its answer slowly"),
            ),
            case(
                &[("inventory", "slow-body=100ms")],
                5,
                Finding(FindingKind::SlowBody, "inventory sent its answer slowly"),
            ),
        ],
    },
    Class {
        name: "a cache that misses",
        cases: &[
            case(
                &[("gateway", "cache-miss=100%")],
                7,
                Finding(
                    FindingKind::CacheMiss,
                    "gateway's cache missed: the call to orders",
                ),
            ),
            case(
                &[("orders", "cache-miss=100%")],
                7,
                Finding(
                    FindingKind::CacheMiss,
                    "orders' cache missed: the call to inventory",
                ),
            ),
        ],
    },
    Class {
        name: "a context that is lost: dropped, or in a dialect that the neighbour does not read",
        cases: &[
            case(
                &[("orders", "context-dropped")],
                2,
                Finding(FindingKind::LostContext, "orders lost the context of gateway"),
            ),
            case(
                &[("inventory", "context-dropped")],
                4,
                Finding(FindingKind::LostContext, "inventory lost the context of orders"),
            ),
            case(
                &[
                    ("gateway", "one-dialect=b3"),
                    ("orders", "one-dialect=tracecontext"),
                ],
                2,
                Finding(FindingKind::LostContext, "orders lost the context of gateway"),
            ),
        ],
    },
    Class {
        name: "ids of 64 bits",
        cases: &[
            case(
                &[("orders", "ids-64bit")],
                2,
                Finding(
                    FindingKind::IdsCut,
                    "orders keeps 64 bits of the 128-bit trace id of gateway",
                ),
            ),
            case(
                &[("inventory", "ids-64bit")],
                4,
                Finding(
                    FindingKind::IdsCut,
                    "inventory keeps 64 bits of the 128-bit trace id of orders",
                ),
            ),
        ],
    },
    Class {
        name: "a server that leaves no span: sampling decided anew; in the last hop also spans lost or held back",
        cases: &[
            case(
                &[("orders", "sampling-anew=0.0001%")],
                2,
                Finding(
                    FindingKind::NoServer,
                    "orders answered gateway, and no span of it is here: orders decided anew not to record",
                ),
            ),
            case(
                &[("inventory", "sampling-anew=0.0001%")],
                4,
                Finding(
                    FindingKind::NoServer,
                    "inventory answered orders, and no span of it is here",
                ),
            ),
            case(
                &[("inventory", "spans-lost=100%")],
                4,
                Finding(
                    FindingKind::NoServer,
                    "or its spans were lost or are still held back",
                ),
            ),
            case(
                &[("inventory", "exporter-blocked")],
                4,
                Finding(
                    FindingKind::NoServer,
                    "or its spans were lost or are still held back",
                ),
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

/// The analysis as `hop trace --json` prints it.
struct Said(Value);

impl Said {
    async fn of(broken: &Broken, trace_id: &str) -> Self {
        let mut hop = hop(&[
            "trace",
            trace_id,
            "--json",
            "--zipkin-url",
            &broken.stack.collector.url,
        ]);
        let output = tokio::task::spawn_blocking(move || hop.output().unwrap());
        let output = output.await.unwrap();
        Self(serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}")))
    }

    fn answer(&self) -> &str {
        self.0["answer"].as_str().unwrap()
    }

    /// The answer quotes a finding of this kind with these words.
    fn quotes(&self, kind: FindingKind, words: &str) -> bool {
        let kind = serde_json::to_value(kind).unwrap();
        let mut findings = self.0["findings"].as_array().unwrap().iter();
        findings.any(|finding| {
            let text = finding["text"].as_str().unwrap();
            finding["kind"] == kind && text.contains(words) && self.answer().contains(text)
        })
    }
}

impl Named {
    fn is_in(&self, said: &Said) -> bool {
        match self {
            First(words) => said
                .answer()
                .split(['.', ';'])
                .take(3)
                .any(|part| part.contains(words)),
            Finding(kind, words) => {
                said.quotes(*kind, words)
                    || *kind == FindingKind::Failed && says_another_way(said.answer(), words)
            }
        }
    }

    /// Another trace has the other half, and its spans come on their own.
    fn is_elsewhere(&self) -> bool {
        matches!(self, Finding(FindingKind::LostContext | FindingKind::IdsCut, _))
    }
}

/// A server that was given up on is named by that, too.
fn says_another_way(answer: &str, words: &str) -> bool {
    let service = words.split(' ').next().unwrap_or_default();
    words.ends_with("cancelled") && answer.contains(&format!("gave up on {service}"))
}

async fn said(broken: &Broken, case: &Case, seed: u64) -> Said {
    for (service, fault) in case.set {
        broken.set(service, fault, seed).await;
    }
    let seen = broken.request().await;
    broken.stack.trace(&seen.trace_id, case.spans).await;
    if case.named.is_elsewhere() {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let said = Said::of(broken, &seen.trace_id).await;
    broken.clear().await;
    said
}

#[tokio::test]
async fn the_answer_names_the_fault_in_95_of_100_seeded_cases() {
    let broken = Broken::start();
    // All three report, as whoever keeps their spans knows.
    let first = broken.request().await;
    broken.stack.trace(&first.trace_id, 5).await;
    let (mut scores, mut missed) = (BTreeMap::<&str, [u32; 2]>::new(), Vec::new());
    for seed in 0..100_u64 {
        let mut random = fastrand::Rng::with_seed(seed);
        let class = &CLASSES[random.usize(..CLASSES.len())];
        let case = &class.cases[random.usize(..class.cases.len())];
        let said = said(&broken, case, seed).await;
        let [named, all] = scores.entry(class.name).or_default();
        *all += 1;
        if case.named.is_in(&said) {
            *named += 1;
        } else {
            missed.push(format!(
                "{seed}: {} {:?}: {}",
                class.name,
                case.set,
                said.answer()
            ));
        }
    }
    for (class, [named, all]) in &scores {
        println!("{named:2} of {all:2} named: {class}");
    }
    assert_eq!(scores.len(), CLASSES.len(), "each class was tried");
    let named: u32 = scores.values().map(|[named, _]| named).sum();
    println!("{named} of 100 named");
    assert!(named >= 95, "{named} of 100:\n{}", missed.join("\n"));
}

#[tokio::test]
async fn a_process_that_stops_is_named() {
    for (service, spans, named) in [
        ("orders", 2, "gateway's call to orders failed: connection"),
        ("inventory", 4, "orders' call to inventory failed: connection"),
    ] {
        let broken = Broken::start();
        broken.set(service, "crash", 0).await;
        let seen = broken.request().await;
        broken.stack.trace(&seen.trace_id, spans).await;
        let said = Said::of(&broken, &seen.trace_id).await;
        assert!(said.answer().contains(named), "{}", said.answer());
    }
}

#[test]
fn each_kind_has_a_class_or_a_reason_why_not() {
    let faults = CLASSES
        .iter()
        .flat_map(|class| class.cases)
        .flat_map(|case| case.set);
    let named = faults.map(|(_, fault)| fault.split('=').next().unwrap());
    let named: BTreeSet<&str> = named.chain(["crash"]).collect();
    let mut all: BTreeSet<&str> = ::faults::KINDS.iter().map(|entry| entry.name).collect();
    all.retain(|kind| !UNNAMED.contains(kind) || named.contains(kind));
    let missing: Vec<&&str> = all.difference(&named).collect();
    assert!(missing.is_empty(), "{missing:?}");
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
