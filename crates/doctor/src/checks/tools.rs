//! Compilers and containers. None of them is needed to run a hop that is built.

use probe::Said;

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
        Finding::skipped(
            "linker",
            Said::new(
                "Visual Studio has it where cargo looks",
                "cargo가 찾는 곳에 Visual Studio의 링커가 있습니다",
            ),
        )
    } else {
        simple(
            "linker",
            linker,
            Said::new(
                "not needed to run hop; to build it, install a C compiler",
                "hop 실행에는 필요 없습니다. 빌드하려면 C 컴파일러를 설치합니다",
            ),
        )
    };
    vec![
        versioned("rustc", rustc, RUSTC, Said::from("rustup update"), to_build()),
        simple("cargo", cargo, to_build()),
        linker,
        versioned(
            "docker",
            docker,
            (20, 10),
            Said::new("a newer Docker", "새 Docker"),
            Said::new(
                "needed for `docker compose up` alone",
                "`docker compose up`에만 필요합니다",
            ),
        ),
        match engine {
            Answer::Absent => Finding::skipped("docker-engine", no_docker()),
            Answer::Failed(_) => Finding::warning(
                "docker-engine",
                Said::new(
                    "it does not answer: start it, or use `hop up`, which needs none",
                    "응답이 없습니다. 시작하거나, Docker가 필요 없는 `hop up`을 씁니다",
                ),
            ),
            Answer::Said(version) => Finding::good("docker-engine", version),
        },
        match compose {
            Answer::Failed(_) => Finding::skipped(
                "compose",
                Said::new("this Docker has no compose", "이 Docker에는 compose가 없습니다"),
            ),
            answer => versioned(
                "compose",
                answer,
                (2, 0),
                Said::new("the compose plugin of Docker", "Docker의 compose 플러그인"),
                no_docker(),
            ),
        },
    ]
}

fn to_build() -> Said {
    Said::new(
        "not needed to run hop; to build it: https://rustup.rs",
        "hop 실행에는 필요 없습니다. 빌드하려면 https://rustup.rs",
    )
}

fn no_docker() -> Said {
    Said::new("no Docker", "Docker 없음")
}

fn simple(id: &str, answer: Answer, absent: Said) -> Option<Finding> {
    match answer {
        Answer::Absent => Finding::skipped(id, absent),
        Answer::Failed(said) => Finding::warning(
            id,
            Said::new(format!("it fails: {said}"), format!("실행 실패: {said}")),
        ),
        Answer::Said(said) => Finding::good(id, said),
    }
}

fn versioned(id: &str, answer: Answer, oldest: (u32, u32), newer: Said, absent: Said) -> Option<Finding> {
    match &answer {
        Answer::Said(said) if version(said).is_some_and(|version| version < oldest) => {
            let (major, minor) = oldest;
            let Said { english, korean } = newer;
            Finding::warning(
                id,
                Said::new(
                    format!("{said} is older than {major}.{minor}: {english} is needed"),
                    format!("{said}: {major}.{minor}보다 오래되었습니다. 필요한 것: {korean}"),
                ),
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
            let finding = versioned(
                "rustc",
                answer.clone(),
                RUSTC,
                "rustup update".into(),
                "absent".into(),
            )
            .unwrap();
            assert_eq!(finding.verdict, verdict, "{answer:?}");
        }
    }
}
