use std::{
    env,
    fs::{self, OpenOptions},
    path::PathBuf,
    process,
};

use zipkin::{Span, SpanId, TraceId};

use super::{current::FILE_BYTES, *};
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

/// Where the second batch of a file begins.
fn second(file: &[u8]) -> usize {
    let (_, length) = record::read(&file[record::HEAD_BYTES..]).unwrap();
    record::HEAD_BYTES + length
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
    for end in (second(&whole)..whole.len()).step_by(29) {
        folder
            .files()
            .into_iter()
            .for_each(|file| fs::remove_file(file).unwrap());
        fs::write(&file, &whole[..end]).unwrap();
        let store = folder.store(100);
        assert_eq!(kept(&store, 1..3), [Some(1), None]);
        store.add(vec![span(3, 1)]);
        drop(store);
        let store = folder.store(100);
        assert_eq!(kept(&store, 1..4), [Some(1), None, Some(1)]);
        let cut = store
            .contents
            .write()
            .log()
            .unwrap()
            .files()
            .damaged()
            .map(|(_, damaged)| damaged.to_vec())
            .collect::<Vec<_>>();
        let begin = second(&whole);
        // Between two batches nothing shows that there was another.
        assert_eq!(
            cut,
            if end == begin {
                vec![]
            } else {
                vec![vec![begin..end]]
            }
        );
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
    // Twenty spans of 600 bytes, in files of 4 kB.
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

#[test]
fn a_start_ends_at_what_it_cannot_read_and_removes_nothing() {
    let later = {
        let mut head = Vec::new();
        record::write_head(&mut head, 0);
        head[8] = 3;
        let checksum = crc32fast::hash(&head[..20]);
        head[20..].copy_from_slice(&checksum.to_le_bytes());
        head
    };
    type Make = Box<dyn Fn(&Path)>;
    let file = |bytes: &[u8]| -> Make {
        let bytes = bytes.to_vec();
        Box::new(move |path| fs::write(path, &bytes).unwrap())
    };
    let folder = || -> Make { Box::new(|path| fs::create_dir(path).unwrap()) };
    let mut cases: Vec<(&str, Make, &str)> = vec![
        ("0000000009.spans", file(&later), "version 3"),
        ("0000000009.spans", folder(), "none of the collector's files"),
        ("lost+found", file(b""), "none of the collector's files"),
        ("notes.txt", file(b"x"), "none of the collector's files"),
        ("0000000000.spans~", file(b"x"), "none of the collector's files"),
        (
            ".0000000000.spans.tmp",
            file(b""),
            "none of the collector's files",
        ),
        // Numbers that the collector writes otherwise, or not at all.
        ("9.spans", file(b""), "none of the collector's files"),
        ("+000000009.spans", file(b""), "none of the collector's files"),
        ("9999999999.spans", file(b""), "none of the collector's files"),
    ];
    #[cfg(unix)]
    cases.push((
        "0000000009.spans",
        Box::new(|path| std::os::unix::fs::symlink("0000000000.spans", path).unwrap()),
        "none of the collector's files",
    ));
    for (name, make, cause) in cases {
        let folder = Folder::new("start");
        folder.store(100).add(vec![span(1, 1)]);
        make(&folder.0.join(name));
        let config = Config {
            mem_max_spans: 1,
            data_dir: Some(folder.0.clone()),
            ..Config::default()
        };
        let error = format!("{:#}", Store::open(&config).map(drop).unwrap_err());
        assert!(error.contains(name) && error.contains(cause), "{error}");
        let names = fs::read_dir(&folder.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        assert_eq!(names.len(), 3, "{name}: {names:?}");
    }
}

#[test]
fn the_root_of_a_file_system_is_a_folder_like_any_other() {
    let folder = Folder::new("root");
    fs::create_dir_all(folder.0.join("lost+found")).unwrap();
    folder.store(100).add(vec![span(1, 1)]);
    assert_eq!(kept(&folder.store(100), 1..2), [Some(1)]);
}

#[test]
fn no_batch_has_a_marker() {
    let most = Span {
        parent_id: Some(SpanId::new(u64::MAX)),
        timestamp: Some(u64::MAX - 1),
        duration: Some(u64::MAX - 1),
        local_endpoint: Some(zipkin::Endpoint {
            ipv4: Some([0xff; 4].into()),
            ipv6: Some([0xff; 16].into()),
            port: Some(u16::MAX - 1),
            ..zipkin::Endpoint::default()
        }),
        // The lengths have high bytes, too.
        name: Some("x".repeat((1 << 21) - 2)),
        ..Span::new(TraceId::new(u128::MAX), SpanId::new(u64::MAX))
    };
    let batch: Batch = vec![most.clone(), most].into();
    let runs = batch
        .bytes()
        .split(|&byte| byte < *record::MARKER.iter().min().unwrap());
    let longest = runs.map(<[u8]>::len).max().unwrap();
    assert!((20..record::MARKER.len()).contains(&longest), "{longest}");
}

#[tokio::test]
async fn a_folder_that_is_removed_is_noticed() {
    let folder = Folder::new("removed");
    let config = Config {
        data_dir: Some(folder.0.clone()),
        ..Config::default()
    };
    let collector = Collector::open(&config).unwrap();
    let send = async || {
        post(&collector, &[], r#"[{"traceId":"1","id":"1"}]"#)
            .await
            .status
            .as_u16()
    };
    let health = async || get(&collector, "/health").await.status.as_u16();
    assert_eq!(health().await, 200);
    assert_eq!((send().await, health().await), (202, 200));
    // Nothing was sent since.
    fs::remove_dir_all(&folder.0).unwrap();
    assert_eq!((health().await, send().await, health().await), (503, 503, 503));
    fs::create_dir_all(&folder.0).unwrap();
    assert_eq!((health().await, send().await, health().await), (200, 202, 200));
    // It is locked again.
    assert!(Log::open(&folder.0).is_err());
    // Another file in the place of ours.
    fs::write(folder.files().pop().unwrap(), b"x").unwrap();
    assert_eq!((send().await, send().await), (503, 202));
}

#[tokio::test]
async fn a_batch_is_refused_until_it_can_be_written() {
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
    // The health alone says that it is well again.
    fs::create_dir_all(&folder.0).unwrap();
    assert_eq!(get(&collector, "/health").await.status, 200);
    assert_eq!(send(2).await.status, 202);
    assert!(is_kept(2));
}

/// Single damages to files, thousands of them.
mod damage;
