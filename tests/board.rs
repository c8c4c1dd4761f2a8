//! `hop workshop board`: thirty learners, and those who are none.

#![expect(clippy::indexing_slicing, reason = "a value that is not there fails the test")]

use std::{fs, path::PathBuf};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Part, client, hop, until};

/// A board that runs, and its token.
pub struct Board {
    pub part: Part,
    pub token: String,
    client: Client,
}

impl Board {
    pub fn open(more: &[&str]) -> Self {
        let mut command = hop(&["workshop", "board", "--json", "--listen-addr", "127.0.0.1:0"]);
        command.args(more);
        let part = Part::run(command);
        let start: Value = serde_json::from_str(part.lines().first().unwrap()).unwrap();
        let join = start["join"][0].as_str().unwrap();
        let (url, token) = join.rsplit_once('/').unwrap();
        assert_eq!(start["page"], format!("{url}/"));
        let (token, client) = (token.to_owned(), client());
        let mut board = Self { part, token, client };
        board.part.url = url.to_owned();
        board
    }

    async fn post(&self, token: &str, body: String) -> StatusCode {
        let request = self.client.post(format!("{}/told", self.part.url));
        let answer = request.bearer_auth(token).body(body).send().await;
        answer.map_or(StatusCode::IM_A_TEAPOT, |answer| answer.status())
    }

    async fn tell(&self, learner: u32, name: &str, state: &str, message: &str) -> StatusCode {
        self.post(&self.token, told(learner, name, state, message).to_string())
            .await
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self
            .client
            .get(format!("{}{path}", self.part.url))
            .send()
            .await
            .unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    pub async fn rows(&self) -> Vec<Value> {
        let (_, text) = self.get("/board.json").await;
        let board: Value = serde_json::from_str(&text).unwrap();
        board["rows"].as_array().unwrap().clone()
    }
}

fn told(learner: u32, name: &str, state: &str, message: &str) -> Value {
    json!({"id": format!("{learner:032x}"), "name": name, "lesson": "ids-on-lines", "state": state, "message": message})
}

/// A folder that looks like a clone, for a learner's commands.
pub struct Clone(pub PathBuf);

impl Clone {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("board-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("workshop")).unwrap();
        fs::write(folder.join("workshop/lesson.toml"), "").unwrap();
        Self(folder)
    }

    /// Runs a command of a learner: exit code and both outputs.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = hop(&[&["workshop", "--lang", "en"], arguments].concat())
            .current_dir(&self.0)
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }
}

impl Drop for Clone {
    fn drop(&mut self) {
        // A folder that stays is in the system's way, and not in the test's.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn thirty_learners_and_a_stranger_share_a_board() {
    let board = Board::open(&[]);
    let at_once = (0..30).map(|learner| {
        let board = &board;
        async move {
            let name = if learner == 7 {
                "<b>Terry</b> \u{202e}"
            } else {
                "Terry"
            };
            assert_eq!(board.tell(learner, name, "working", "").await, 204);
            // Learner 29 vanishes after that.
            if learner < 29 {
                assert_eq!(board.tell(learner, name, "failed", "own-id").await, 204);
            }
        }
    });
    futures_util::future::join_all(at_once).await;
    // Garbage with the token, and anything without it.
    let sound = told(0, "Terry", "passed", "passed").to_string();
    for (token, body, status) in [
        ("wrong", sound.as_str(), 401),
        ("", sound.as_str(), 401),
        (&board.token, "garbage", 400),
        (&board.token, "\u{0}\u{1}", 400),
        (&board.token, r#"{"id":"1"}"#, 400),
        (&board.token, &sound.replace("ids-on-lines", "<script>"), 400),
        (&board.token, &sound.replace('}', r#","source":"fn main"}"#), 400),
        (&board.token, &sound.replace("Terry", &"x".repeat(2000)), 413),
    ] {
        assert_eq!(
            board.post(token, body.to_owned()).await,
            status,
            "{token} {body:.60}"
        );
    }
    // A body that is far too long is not read to its end.
    assert!(matches!(
        board.post(&board.token, "x".repeat(50 << 20)).await.as_u16(),
        413 | 418
    ));
    let rows = board.rows().await;
    assert_eq!(rows.len(), 30);
    let failed: Vec<_> = rows.iter().filter(|row| row["state"] == "failed").collect();
    assert_eq!(failed.len(), 29);
    assert!(
        failed
            .iter()
            .all(|row| row["message"] == "own-id" && row["failedChecks"] == 1)
    );
    assert!(failed[0]["diagnosis"].as_str().unwrap().contains("made up"));
    let (status, page) = board.get("/").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("<bdi>&lt;b&gt;Terry&lt;/b&gt; \u{fffd}</bdi>"),
        "{page}"
    );
    assert!(!page.contains("<b>Terry") && !page.contains(&format!("{:032x}", 7)));
    let answer = board.client.get(&board.part.url).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self';"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_board_has_bounds_in_learners_and_in_pace() {
    let board = Board::open(&["--learners", "3"]);
    for (learner, status) in [(1, 204), (2, 204), (3, 204), (4, 503), (2, 204)] {
        assert_eq!(board.tell(learner, "", "working", "").await, status);
    }
    let mut fast = Vec::new();
    for _ in 0..60 {
        fast.push(board.tell(1, "", "working", "").await.as_u16());
    }
    assert!(
        fast.contains(&429) && fast.iter().all(|status| [204, 429].contains(status)),
        "{fast:?}"
    );
    assert_eq!(board.tell(2, "", "failed", "own-id").await, 204);
    assert_eq!(board.tell(3, "", "left", "").await, 204);
    assert_eq!(board.tell(4, "", "working", "").await, 204);
    // Wrong tokens are slowed down, and the right one is not.
    let mut wrong = Vec::new();
    for _ in 0..40 {
        wrong.push(board.post("abcd-efgh-jkmn", String::new()).await.as_u16());
    }
    assert!(wrong.contains(&401) && wrong.contains(&429), "{wrong:?}");
    assert_eq!(board.tell(4, "", "passed", "passed").await, 204);
    let states: Vec<Value> = board
        .rows()
        .await
        .iter()
        .map(|row| row["state"].clone())
        .collect();
    assert_eq!(states, ["working", "failed", "passed"]);
}

#[tokio::test]
async fn the_board_is_read_only_and_by_its_own_machine() {
    let board = Board::open(&[]);
    for (method, path, status) in [
        (Method::POST, "/", 405),
        (Method::DELETE, "/board.json", 405),
        (Method::GET, "/told", 405),
        (Method::GET, "/../etc/passwd", 404),
        (Method::GET, "/health", 200),
    ] {
        let request = board
            .client
            .request(method.clone(), format!("{}{path}", board.part.url));
        assert_eq!(request.send().await.unwrap().status(), status, "{method} {path}");
    }
    // A site whose name leads to this machine is not its page.
    let request = board
        .client
        .get(&board.part.url)
        .header("host", "evil.example:9480");
    assert_eq!(request.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_learner_joins_with_one_line_and_leaves() {
    let board = Board::open(&[]);
    let (terry, other) = (Clone::new("terry"), Clone::new("other"));
    let url = format!("{}/{}", board.part.url, board.token);
    for clone in [&terry, &other, &terry] {
        let (code, said) = clone.run(&["join", &url, "--name", "terry"]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("You are on the board"), "{said}");
    }
    // The same learner has one row, and another of the same name has another.
    let names: Vec<Value> = board.rows().await.iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["terry", "terry"]);
    let (code, said) = terry.run(&["leave"]);
    assert!(code == 0 && said.contains("off the board"), "{said}");
    assert_eq!(board.rows().await.len(), 1);
    let (code, said) = terry.run(&["leave"]);
    assert!(code == 0 && said.contains("on no board"), "{said}");
    // Said as it changes, for a program.
    until("the line of an empty row", || {
        board
            .part
            .lines()
            .iter()
            .any(|line| line.contains(r#""learners":1"#))
            .then_some(())
    });
    let (code, said) = terry.run(&["join", &format!("{}/wrong-token", board.part.url)]);
    assert!(code == 1 && said.contains("not the board's token"), "{said}");
    let (code, said) = terry.run(&["join", "nonsense"]);
    assert!(code == 1 && said.contains("not the address of a board"), "{said}");
    drop(board);
    // The board is away: leaving it is still done, and joining it says why not.
    let (code, said) = other.run(&["leave"]);
    assert!(code == 0 && said.contains("did not answer"), "{said}");
    let (code, said) = other.run(&["join", &url]);
    assert!(
        code == 1 && said.contains("does not answer: is the board open"),
        "{said}"
    );
    assert!(!other.0.join("workshop/board.json").exists());
}
