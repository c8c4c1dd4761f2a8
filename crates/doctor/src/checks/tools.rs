//! Compilers and containers. None of them is needed to run a hop that is built.

use crate::{
    finding::Finding,
    program::{self, Answer, version},
};

/// The oldest rustc that builds us, as Cargo.toml says.
const RUSTC: (u32, u32) = (1, 90);

/// All of them.
pub async fn check() -> Vec<Option<Finding>> {
    let (rustc, cargo, linker, docker, engine, compose) = tokio::join!(
        program::ask("rustc", &["--version"]),
        program::ask("cargo", &["--version"]),
        program::ask("cc", &["--version"]),
        program::ask("docker", &["--version"]),
        program::ask("docker", &["info", "--format", "{{.ServerVersion}}"]),
        program::ask("docker", &["compose", "version"]),
    );
    let linker = if cfg!(windows) {
        Finding::skipped("linker", "Visual Studio has it where cargo looks")
    } else {
        simple(
            "linker",
            linker,
            "not needed to run hop; to build it, install a C compiler",
        )
    };
    vec![
        versioned(
            "rustc",
            rustc,
            RUSTC,
            "rustup update",
            "not needed to run hop; to build it: https://rustup.rs",
        ),
        simple(
            "cargo",
            cargo,
            "not needed to run hop; to build it: https://rustup.rs",
        ),
        linker,
        versioned(
            "docker",
            docker,
            (20, 10),
            "a newer Docker",
            "needed for `docker compose up` alone",
        ),
        match engine {
            Answer::Absent => Finding::skipped("docker-engine", "no Docker"),
            Answer::Failed(_) => Finding::warning(
                "docker-engine",
                "it does not answer: start it, or use `hop up`, which needs none",
            ),
            Answer::Said(version) => Finding::good("docker-engine", version),
        },
        match compose {
            Answer::Failed(_) => Finding::skipped("compose", "this Docker has no compose"),
            answer => versioned(
                "compose",
                answer,
                (2, 0),
                "the compose plugin of Docker",
                "no Docker",
            ),
        },
    ]
}

fn simple(id: &str, answer: Answer, absent: &str) -> Option<Finding> {
    match answer {
        Answer::Absent => Finding::skipped(id, absent),
        Answer::Failed(said) => Finding::warning(id, format!("it fails: {said}")),
        Answer::Said(said) => Finding::good(id, said),
    }
}

fn versioned(id: &str, answer: Answer, oldest: (u32, u32), newer: &str, absent: &str) -> Option<Finding> {
    match &answer {
        Answer::Said(said) if version(said).is_some_and(|version| version < oldest) => {
            let (major, minor) = oldest;
            Finding::warning(
                id,
                format!("{said} is older than {major}.{minor}: {newer} is needed"),
            )
        }
        _ => simple(id, answer, absent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn an_old_version_warns_and_an_absent_one_does_not() {
        let said = |text: &str| Answer::Said(text.to_owned());
        for (answer, verdict) in [
            (said("rustc 1.90.0 (x)"), Verdict::Good),
            (said("rustc 1.89.2 (x)"), Verdict::Warning),
            (said("rustc of our own"), Verdict::Good),
            (Answer::Absent, Verdict::Skipped),
            (Answer::Failed("no toolchain".to_owned()), Verdict::Warning),
        ] {
            let finding = versioned("rustc", answer.clone(), RUSTC, "rustup update", "absent").unwrap();
            assert_eq!(finding.verdict, verdict, "{answer:?}");
        }
    }
}
