//! A collector that keeps its spans in a folder, and ends without a word.

use crate::harness::{Part, client};

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = format!("{}/kept-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let environment = [("DATA_DIR", folder.as_str())];
    let mut collector = Part::start("collector", &environment);
    for index in 1..=50 {
        let batch = format!(r#"[{{"traceId":"{index:016x}","id":"1","name":"kept"}}]"#);
        let call = client()
            .post(format!("{}/api/v2/spans", collector.url))
            .header("content-type", "application/json")
            .body(batch);
        assert_eq!(call.send().await.unwrap().status(), 202);
    }
    collector.kill();

    let collector = Part::start("collector", &environment);
    for index in 1..=50 {
        let url = format!("{}/api/v2/trace/{index:016x}", collector.url);
        assert_eq!(client().get(url).send().await.unwrap().status(), 200, "{index}");
    }
    drop(collector);
    std::fs::remove_dir_all(folder).unwrap();
}
