use std::{fs, path::PathBuf};

use axum::http::Method;

use super::*;
use crate::{
    Collector, Config,
    ask::{get, post, send},
};

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    /// A page with a script in a folder of its own, and a secret beside it.
    fn new(test: &str) -> Self {
        let folder =
            Self(std::env::temp_dir().join(format!("three-hops-lens-{}-{test}", std::process::id())));
        fs::create_dir_all(folder.0.join("page/static/js")).unwrap();
        fs::write(folder.0.join("secret"), "secret").unwrap();
        fs::write(folder.0.join("page/index.html"), "<!doctype html>").unwrap();
        fs::write(folder.0.join("page/static/js/index.js"), "x".repeat(3000)).unwrap();
        folder
    }

    fn page(&self) -> String {
        self.0.join("page").to_str().unwrap().to_owned()
    }

    fn collector(&self) -> Collector {
        Collector::new(&Config {
            ui_dir: Some(self.page().parse().unwrap()),
            ..Config::default()
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn the_pages_own_addresses_lead_to_the_page() {
    let folder = Folder::new("page");
    let collector = folder.collector();
    for path in [
        "/zipkin/",
        "/zipkin/?serviceName=orders",
        "/zipkin/index.html",
        "/zipkin/traces/abc",
        "/zipkin/dependency",
        "/zipkin/traceViewer",
    ] {
        let answer = get(&collector, path).await;
        assert_eq!(answer.said(), (200, "<!doctype html>".into()), "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "max-age=60");
    }
    for (path, location) in [
        ("/zipkin", "./zipkin/"),
        ("/zipkin?a=b", "./zipkin/?a=b"),
        ("/favicon.ico", "./zipkin/favicon.ico"),
    ] {
        let answer = get(&collector, path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (302, location)
        );
    }
    // Ours stays where it is.
    assert!(get(&collector, "/").await.text().contains("Three Hops"));
}

#[tokio::test]
async fn files_are_served_for_long_and_compressed() {
    let folder = Folder::new("files");
    let collector = folder.collector();
    let path = "/zipkin/static/js/index.js";
    let answer = get(&collector, path).await;
    assert_eq!(answer.said(), (200, "x".repeat(3000)));
    assert_eq!(
        answer.header("content-type"),
        "application/javascript; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "max-age=31536000");
    let packed = send(&collector, (Method::GET, path), &["accept-encoding: gzip"], ()).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.body.len() < 3000);
    let known = format!("if-none-match: {}", answer.header("etag"));
    let unchanged = send(&collector, (Method::GET, path), &[&known], ()).await;
    assert_eq!(unchanged.said(), (304, String::new()));
    let head = send(&collector, (Method::HEAD, path), &[], ()).await;
    assert_eq!(head.said(), (200, String::new()));
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let folder = Folder::new("paths");
    #[cfg(unix)]
    for (target, link) in [
        ("secret", "page/link"),
        ("", "page/up"),
        ("page/index.html", "page/inside"),
    ] {
        std::os::unix::fs::symlink(folder.0.join(target), folder.0.join(link)).unwrap();
    }
    let collector = folder.collector();
    let absolute = format!("/zipkin/{}/secret", folder.0.display());
    for path in [
        "/zipkin/../secret",
        "/zipkin/static/../../secret",
        "/zipkin/%2e%2e/secret",
        "/zipkin/..%2fsecret",
        "/zipkin/%2e%2e%2fsecret",
        "/zipkin/..%5csecret",
        "/zipkin/%252e%252e/secret",
        "/zipkin/%2fetc/passwd",
        "/zipkin//etc/passwd",
        "/zipkin/index.html%00",
        &absolute,
        // Links that lead out.
        "/zipkin/link",
        "/zipkin/up/secret",
        // Folders, and other addresses that the page does not have.
        "/zipkin/static",
        "/zipkin/static/js/",
        "/zipkin/traces/a/b",
        "/zipkin/nothing",
    ] {
        // Some of these are no path to begin with.
        let said = get(&collector, path).await.said();
        let not_found = (404, "404 Not Found".into());
        assert!(
            said == not_found || said.0 == 400 && said.1.contains("Invalid request path"),
            "{path}: {said:?}"
        );
    }
    #[cfg(unix)]
    assert_eq!(get(&collector, "/zipkin/inside").await.status, 200);
}

#[tokio::test]
async fn the_page_finds_its_configuration_and_the_api() {
    let folder = Folder::new("api");
    let collector = folder.collector();
    post(
        &collector,
        &[],
        r#"[{"traceId":"1","id":"1","localEndpoint":{"serviceName":"a"}}]"#,
    )
    .await;
    let json: serde_json::Value =
        serde_json::from_slice(&get(&collector, "/zipkin/config.json").await.body).unwrap();
    assert_eq!(
        (&json["searchEnabled"], &json["queryLimit"]),
        (&true.into(), &10.into())
    );
    assert_eq!(
        get(&collector, "/zipkin/api/v2/services").await.text(),
        r#"["a"]"#
    );
    assert_eq!(get(&collector, "/zipkin/api/v2/nothing").await.status, 404);
}

#[test]
fn a_folder_that_is_no_page_is_refused() {
    let folder = Folder::new("refused");
    let refused = |path: PathBuf| path.to_str().unwrap().parse::<Lens>().unwrap_err().to_string();
    assert!(refused(folder.0.join("nowhere")).starts_with("cannot read "));
    assert!(refused(folder.0.clone()).starts_with("no index.html in it"));
    let large = fs::File::create(folder.0.join("page/large")).unwrap();
    large.set_len(65 << 20).unwrap();
    assert_eq!(
        refused(folder.0.join("page")),
        "more than 64 MiB or 10000 files in it"
    );
}
