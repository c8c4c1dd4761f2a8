//! The version that `hop` says, the changelog's, and the features that an installed hop has.

use crate::harness::hop;

#[test]
fn versions_and_the_changelog_agree() {
    let output = hop(&["--version"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = said.trim().strip_prefix("hop ").unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let changelog = include_str!("../CHANGELOG.md");
    let is_there =
        changelog.contains(&format!("## [{version}]")) || changelog.contains(&format!("To be {version}"));
    assert!(is_there, "CHANGELOG.md does not know {version}");
    let workspace = include_str!("../Cargo.toml");
    for line in workspace
        .lines()
        .filter(|line| line.contains("package = \"three-hops-"))
    {
        assert!(line.contains(&format!("version = \"{version}\"")), "{line}");
    }
}

#[test]
fn a_release_and_the_image_have_every_feature() {
    let manifest = include_str!("../crates/hop/Cargo.toml");
    let features = manifest
        .split("[features]")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let names = features
        .lines()
        .filter_map(|line| line.split_once(" = [").map(|(name, _)| name));
    let release = features
        .lines()
        .find(|line| line.starts_with("release = "))
        .unwrap();
    for name in names.filter(|name| !["default", "release", "opentelemetry-zipkin"].contains(name)) {
        assert!(
            release.contains(&format!("\"{name}\"")),
            "{name} is not in {release}"
        );
    }
    assert!(include_str!("../deploy/Dockerfile").contains("ARG FEATURES=\"release\""));
}
