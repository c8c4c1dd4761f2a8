//! `hop mystery`: the rules find what was drawn, a wrong answer is told why, and nothing is left behind.

use std::{
    net::TcpListener,
    process::{Child, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    board::{Board, Clone},
    harness::{Part, hop},
    up::{free_offset, started, started_with},
};

/// `hop up`, for several mysteries.
struct Up {
    child: Child,
    offset: String,
}

impl Up {
    fn start() -> Self {
        let offset = free_offset();
        let (child, output) = started(offset);
        // Somebody has to read its lines.
        std::thread::spawn(move || std::io::copy(&mut { output }, &mut std::io::sink()));
        let offset = offset.to_string();
        Self { child, offset }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let at = ["--port-offset", &self.offset];
        let mut command = hop(&[arguments, &at].concat());
        command.stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {output:?}"))
    }

    /// Whether all services say that a mystery is on, or all that none is.
    fn is_on(&self) -> bool {
        let said = self.json(&["fault", "list", "--json"]);
        let said = said.as_array().unwrap().iter();
        let is_on = said.map(|service| {
            assert_eq!(
                service.get("faults"),
                Some(&json!([])),
                "no fault is named: {service}"
            );
            service.get("mystery") == Some(&json!(true))
        });
        let is_on: Vec<bool> = is_on.collect();
        assert!(is_on == [true; 3] || is_on == [false; 3], "{is_on:?}");
        is_on == [true; 3]
    }

    /// The mystery of a seed, given up.
    fn revealed(&self, seed: u64) -> Value {
        let seed = seed.to_string();
        self.json(&["mystery", "reveal", "--seed", &seed, "--for", "3s", "--json"])
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        interrupt(&self.child);
        let _ = self.child.wait();
    }
}

fn interrupt(child: &Child) {
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

/// The seeds whose faults the rules do not find, with what they say instead.
fn missed(up: &Up, seeds: std::ops::Range<u64>) -> Vec<String> {
    let said = seeds.map(|seed| up.revealed(seed));
    let is_found = |said: &Value| said.get("diagnosisIsRight") == Some(&Value::Bool(true));
    let missed = said.filter(|said| !is_found(said));
    missed.map(|said| said.to_string()).collect()
}

#[test]
fn the_rules_find_the_faults_of_a_dozen_seeds() {
    let up = Up::start();
    let missed = missed(&up, 0..12);
    assert!(
        missed.len() <= 1,
        "{} of 12:\n{}",
        missed.len(),
        missed.join("\n")
    );
    assert!(!up.is_on());
}

/// By night: twenty minutes.
#[ignore = "long; .ci/nightly runs it"]
#[test]
fn the_rules_find_the_faults_of_95_of_100_in_200_seeds() {
    let up = Up::start();
    let missed = missed(&up, 0..200);
    println!("{} of 200 were not found\n{}", missed.len(), missed.join("\n"));
    assert!(missed.len() <= 10, "{} of 200", missed.len());
    assert!(!up.is_on());
}

/// The first seed with one fault, of this kind, and its hop.
fn seed_of(kind: &str) -> (String, String) {
    let hop = |seed| match &::mystery::draw(seed).faults[..] {
        [fault] if fault.kind == kind => Some((seed.to_string(), fault.hop.to_string())),
        _ => None,
    };
    (0..1_000).find_map(hop).unwrap()
}

#[test]
fn an_answer_is_graded_and_a_wrong_one_is_told_why() {
    let up = Up::start();
    let (seed, hop) = seed_of("latency");
    let play = |answer: &str| {
        let output = up.run(&["mystery", "--seed", &seed, "--for", "3s", "--answer", answer]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(!up.is_on());
        (output.status.code(), text)
    };

    let (code, text) = play(&format!("{hop}:latency"));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.starts_with(&format!("Right: {hop} latency=")), "{text}");
    for shown in [
        "own work took",
        "\n  trace ",
        "\n  headers, ",
        "\n  line ",
        "2 of 2 points",
    ] {
        assert!(text.contains(shown), "{shown} in:\n{text}");
    }

    let (code, text) = play(&format!("{hop}:clock"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("The right hop, another fault: "), "{text}");
    assert!(text.contains(&format!("You said clock at {hop}: ")), "{text}");
    assert!(text.contains("1 of 2 points"), "{text}");
}

#[test]
fn without_a_terminal_nothing_is_given_away() {
    let up = Up::start();
    let (seed, _) = seed_of("slow-body");
    let output = up.run(&["mystery", "--seed", &seed, "--for", "2s"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains(&format!(
            " mystery --seed {seed} --answer HOP:KIND --port-offset {}",
            up.offset
        )),
        "{text}"
    );
    assert!(!text.contains("slow-body"), "{text}");
}

#[test]
fn ctrl_c_takes_the_faults_off() {
    let up = Up::start();
    let (seed, _) = seed_of("error");
    let arguments = [
        "mystery",
        "--seed",
        &seed,
        "--for",
        "60s",
        "--lang",
        "ko",
        "--port-offset",
        &up.offset,
    ];
    let playing = hop(&arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !up.is_on() {
        assert!(Instant::now() < deadline, "no fault was set");
        std::thread::sleep(Duration::from_millis(50));
    }
    // Another mystery beside it would be no mystery.
    let beside = up.run(&["mystery", "--seed", "1", "--for", "1s"]);
    let said = String::from_utf8_lossy(&beside.stderr).into_owned();
    assert_eq!(beside.status.code(), Some(1), "{said}");
    assert!(
        said.contains("faults are on in") && said.contains("hop fault clear"),
        "{said}"
    );
    let beside = up.run(&["mystery", "--seed", "1", "--for", "1s", "--lang", "ko"]);
    let said = String::from_utf8_lossy(&beside.stderr).into_owned();
    assert!(
        said.contains("이미 고장이 켜져 있습니다") && said.contains("hop fault clear"),
        "{said}"
    );
    let change = up.run(&["fault", "set", "inventory", "network=1ms"]);
    let said = String::from_utf8_lossy(&change.stderr).into_owned();
    assert_eq!(change.status.code(), Some(1), "{said}");
    assert!(said.contains("a mystery is on"), "{said}");
    assert!(up.is_on());
    let doctor = up.json(&["doctor", "--json"]).to_string();
    assert!(doctor.contains("a mystery is on"), "{doctor}");
    assert!(!doctor.contains("error="), "{doctor}");

    interrupt(&playing);
    let played = playing.wait_with_output().unwrap();
    assert_eq!(played.status.code(), Some(1));
    let said = String::from_utf8_lossy(&played.stderr).into_owned();
    assert!(said.contains("고장은 모두 껐습니다"), "{said}");
    assert!(!up.is_on());
}

#[test]
fn of_two_mysteries_that_begin_at_once_one_is_on() {
    let up = Up::start();
    let begun = [8, 19].map(|seed: u64| {
        let seed = seed.to_string();
        hop(&["mystery", "reveal", "--seed", &seed, "--for", "4s", "--json"])
            .args(["--port-offset", &up.offset])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    let ended = begun.map(|child| child.wait_with_output().unwrap());
    let mut codes = ended.each_ref().map(|output| output.status.code());
    codes.sort();
    assert_eq!(codes, [Some(0), Some(1)], "{ended:?}");
    assert!(!up.is_on());
}

#[tokio::test]
async fn the_board_hears_how_far_it_is_and_nothing_of_the_faults() {
    let (up, board, clone) = (Up::start(), Board::open(&[]), Clone::new("mystery"));
    let (seed, hop_name) = seed_of("latency");
    let url = format!("{}/{}", board.part.url, board.token);
    let (code, said) = clone.run(&["join", &url, "--name", "Terry"]);
    assert_eq!(code, 0, "{said}");
    for (answer, state, message) in [
        (format!("{hop_name}:clock"), "failed", "partly-solved"),
        (format!("{hop_name}:latency"), "passed", "solved"),
    ] {
        let arguments = [
            "mystery",
            "--seed",
            &seed,
            "--for",
            "2s",
            "--answer",
            &answer,
            "--port-offset",
            &up.offset,
        ];
        let mut command = hop(&arguments);
        command
            .current_dir(&clone.0)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let rows = board.rows().await;
        let row = rows.first().unwrap();
        let said = ["title", "state", "message"].map(|name| row[name].as_str().unwrap());
        assert_eq!(said, [&format!("Mystery {seed}"), state, message], "{row}");
    }
}

#[test]
fn a_system_of_its_own_ends_with_the_mystery() {
    let offset = free_offset();
    let (seed, _) = seed_of("calls");
    let offset_text = offset.to_string();
    let mut command = hop(&["mystery", "reveal", "--seed", &seed, "--for", "2s", "--json"]);
    let output = command
        .args(["--port-offset", &offset_text])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    assert_eq!(
        (said["diagnosisIsRight"].as_bool(), output.status.code()),
        (Some(true), Some(0)),
        "{said}"
    );
    for port in [7081, 7082, 7083, 8081, 8082, 8083, 9411] {
        assert!(
            TcpListener::bind(("127.0.0.1", port + offset)).is_ok(),
            "{port} is still taken"
        );
    }
}

#[tokio::test]
async fn a_team_has_its_mystery_beside_another_team() {
    let collector = Part::start("collector", &[]);
    let [red, blue] = ["red", "blue-2"].map(|team| {
        let offset = free_offset();
        let (child, output) = started_with(offset, &["--team", team, "--zipkin-url", &collector.url]);
        std::thread::spawn(move || std::io::copy(&mut { output }, &mut std::io::sink()));
        let offset = offset.to_string();
        Up { child, offset }
    });
    let at = ["--zipkin-url", &collector.url];
    let healthy = red.json(&[&["doctor", "--json"][..], &at].concat());
    let wrong = healthy
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["verdict"] == "bad");
    assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&Value>::new());

    let of_other = blue.json(&[&["fault", "set", "inventory", "latency=400ms", "--json"][..]].concat());
    assert_eq!(of_other["tracedAs"], "blue-2-inventory", "{of_other}");
    for kind in ["latency", "context-dropped", "refuse"] {
        let (seed, _) = seed_of(kind);
        let arguments = ["mystery", "reveal", "--seed", &seed, "--for", "3s", "--json"];
        let mut noise = hop(&[
            "load",
            "--rate",
            "20",
            "--duration",
            "30s",
            "--port-offset",
            &blue.offset,
        ])
        .args(at)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
        let said = red.json(&[&arguments[..], &at].concat());
        noise.kill().unwrap();
        noise.wait().unwrap();
        assert_eq!(said["diagnosisIsRight"], true, "{kind}: {said}");
        assert!(said["requests"].as_u64().unwrap() < 40, "{kind}: {said}");
    }
}

#[test]
fn the_list_and_wrong_usage_need_no_system() {
    let output = hop(&["mystery", "list", "--json"]).output().unwrap();
    let kinds: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(kinds.as_array().unwrap().len(), 23);
    let three = ["orders:clock", "gateway:clock", "inventory:clock"];
    let three = three.map(|answer| ["--answer", answer]).concat();
    let many = [&["mystery", "--seed", "7"][..], &three].concat();
    let output = hop(&many).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("has 2 faults, and 3 answers were given"), "{said}");
    let output = hop(&["mystery", "--answer", "orders:weather"]).output().unwrap();
    // Errors are broken at 80 columns.
    let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("no fault is called 'weather'") && said.contains("hop mystery list"),
        "{said}"
    );
}
