use std::{
    env,
    fs::{self, OpenOptions},
    process,
};

use zipkin::{Span, SpanId, TraceId};

use super::*;
use crate::{
    Collector, Config,
    ask::{get, post},
    store::Store,
};

/// A folder of a test's own, which is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        Self(env::temp_dir().join(format!("three-hops-log-{}-{test}", process::id())))
    }

    fn store(&self, max_spans: usize) -> Store {
        let config = Config {
            mem_max_spans: max_spans,
            data_dir: Some(self.0.clone()),
            ..Config::default()
        };
        Store::open(&config).unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.retain(|path| path.extension().is_some());
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn span(trace: u128, id: u64) -> Span {
    Span {
        timestamp: Some(trace as u64 * 1000),
        name: Some("x".repeat(500)),
        ..Span::new(TraceId::new(trace), SpanId::new(id))
    }
}

fn kept(store: &Store, traces: std::ops::Range<u128>) -> Vec<Option<usize>> {
    traces
        .map(|trace| store.trace(TraceId::new(trace)).map(|spans| spans.to_vec().len()))
        .collect()
}

#[test]
fn a_restart_finds_what_was_kept_within_the_bounds() {
    let folder = Folder::new("restart");
    let store = folder.store(100);
    for trace in 1..=40 {
        store.add(vec![span(trace, 1), span(trace, 2)]);
    }
    drop(store);
    assert_eq!(kept(&folder.store(100), 1..41), [Some(2); 40]);
    assert_eq!(
        kept(&folder.store(20), 1..41),
        [[None; 30].as_slice(), &[Some(2); 10]].concat()
    );
}

#[test]
fn a_torn_batch_is_lost_and_no_other() {
    let folder = Folder::new("torn");
    let store = folder.store(100);
    store.add(vec![span(1, 1)]);
    store.add(vec![span(2, 1)]);
    drop(store);
    let file = folder.files().pop().unwrap();
    let whole = fs::read(&file).unwrap();
    // Wherever the process ended: the first batch is there, and what comes later is kept.
    for end in whole.len() / 2..whole.len() {
        folder
            .files()
            .into_iter()
            .for_each(|file| fs::remove_file(file).unwrap());
        fs::write(&file, &whole[..end]).unwrap();
        let store = folder.store(100);
        assert_eq!(kept(&store, 1..3), [Some(1), None]);
        store.add(vec![span(3, 1)]);
        drop(store);
        assert_eq!(kept(&folder.store(100), 1..4), [Some(1), None, Some(1)]);
    }
    // A bit that changed on the disk.
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&file, changed).unwrap();
    assert_eq!(kept(&folder.store(100), 1..3), [Some(1), None]);
}

#[test]
fn files_go_when_nothing_in_them_is_kept() {
    let folder = Folder::new("files");
    let store = folder.store(20);
    for trace in 1..=200 {
        store.add(vec![span(trace, 1)]);
    }
    // Twenty spans of 540 bytes, in files of 4 kB.
    assert!(folder.files().len() <= 4, "{:?}", folder.files());
    assert!(!folder.files()[0].ends_with("0000000000.spans"));
}

#[test]
fn traces_that_never_go_do_not_hold_every_file() {
    let folder = Folder::new("hold");
    let config = Config {
        mem_max_bytes: 120_000,
        data_dir: Some(folder.0.clone()),
        ..Config::default()
    };
    let store = Store::open(&config).unwrap();
    let most = 2 * config.mem_max_bytes as u64 / FILE_BYTES + 5;
    // Each file has some that say that they start in a far future.
    for trace in 1..=120 {
        store.add((1..=8).map(|id| span(trace, id)).collect::<Vec<_>>());
        let short = Span {
            name: None,
            ..span(trace + 1_000_000, 1)
        };
        store.add(vec![short]);
        assert!(folder.files().len() as u64 <= most, "{}", folder.files().len());
    }
    let before = kept(&store, 1_000_001..1_000_121);
    assert!(before.iter().flatten().count() as u64 > most);
    drop(store);
    // There may be room for more.
    let after = kept(&Store::open(&config).unwrap(), 1_000_001..1_000_121);
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(before, after)| before.is_none() || after == before)
    );
}

#[test]
fn one_process_at_a_time_writes() {
    let folder = Folder::new("lock");
    let _store = folder.store(10);
    assert!(Log::open(&folder.0).is_err());
    assert!(OpenOptions::new().read(true).open(folder.0.join("lock")).is_ok());
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_until_it_can() {
    let folder = Folder::new("full");
    let config = Config {
        data_dir: Some(folder.0.clone()),
        ..Config::default()
    };
    let collector = Collector::open(&config).unwrap();
    // Longer than a file, so that each needs another one.
    let send = async |trace: u64| {
        let name = "x".repeat(FILE_BYTES as usize);
        let list = format!(r#"[{{"traceId":"{trace}","id":"1","name":"{name}"}}]"#);
        post(&collector, &[], list).await
    };
    let is_kept = |trace| !collector.trace(TraceId::new(trace)).is_empty();
    assert_eq!(send(1).await.status, 202);
    fs::remove_dir_all(&folder.0).unwrap();
    let refused = send(2).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("retry-after")),
        (503, "1")
    );
    assert!(is_kept(1) && !is_kept(2));
    let down = get(&collector, "/health").await;
    let said: serde_json::Value = serde_json::from_slice(&down.body).unwrap();
    assert_eq!((down.status.as_u16(), &said["status"]), (503, &"DOWN".into()));
    let storage = &said["zipkin"]["details"]["InMemoryStorage{}"];
    assert_eq!(storage["status"], "DOWN");
    let error = storage["details"]["error"].as_str().unwrap();
    assert!(error.contains("(DATA_DIR)"), "{error}");
    // Whoever looks at the health alone sees that it is well again.
    fs::create_dir_all(&folder.0).unwrap();
    assert_eq!(get(&collector, "/health").await.status, 200);
    assert_eq!(send(2).await.status, 202);
    assert!(is_kept(2));
}
