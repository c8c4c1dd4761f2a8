//! The checks by id, in the order in which they are made.

use serde::Serialize;
use zipkin::Language;

/// A group of checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Category {
    /// Memory, disk, clock.
    Machine,
    /// Compilers.
    Toolchain,
    /// Containers.
    Docker,
    /// Listeners on the ports of the parts.
    Ports,
    /// Environment variables, of this shell and of services that run.
    Settings,
    /// The server that keeps the traces.
    Collector,
    /// The three services.
    Services,
    /// One request through all of them.
    Canary,
}

/// One check.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name, for `explain`.
    pub id: &'static str,
    /// Its group.
    pub category: Category,
    title: &'static str,
    korean: &'static str,
}

const fn check(category: Category, id: &'static str, title: &'static str, korean: &'static str) -> Check {
    Check {
        id,
        category,
        title,
        korean,
    }
}

use Category::{Canary, Collector, Docker, Machine, Ports, Services, Settings, Toolchain};

/// All checks.
pub static CHECKS: [Check; 48] = [
    check(
        Machine,
        "memory",
        "300 MB of memory are free",
        "메모리가 300 MB 이상 남아 있습니다",
    ),
    check(
        Machine,
        "disk",
        "1 GB of disk is free in this folder",
        "이 폴더의 디스크가 1 GB 이상 남아 있습니다",
    ),
    check(
        Machine,
        "open-files",
        "a process may open 1024 files",
        "프로세스가 파일을 1024개까지 열 수 있습니다",
    ),
    check(
        Machine,
        "loopback",
        "a port of 127.0.0.1 can be opened",
        "127.0.0.1의 포트를 열 수 있습니다",
    ),
    check(
        Machine,
        "clock-year",
        "the clock says a year that can be",
        "시계의 연도가 맞습니다",
    ),
    check(
        Machine,
        "proxy",
        "no proxy stands before 127.0.0.1",
        "127.0.0.1 앞에 프록시가 없습니다",
    ),
    check(
        Toolchain,
        "rustc",
        "rustc is new enough to build",
        "빌드할 수 있는 rustc가 있습니다",
    ),
    check(Toolchain, "cargo", "cargo is there", "cargo가 있습니다"),
    check(Toolchain, "linker", "a linker is there", "링커가 있습니다"),
    check(
        Docker,
        "docker",
        "Docker is 20.10 or newer",
        "Docker가 20.10 이상입니다",
    ),
    check(
        Docker,
        "docker-engine",
        "the Docker engine answers",
        "Docker 엔진이 응답합니다",
    ),
    check(
        Docker,
        "compose",
        "compose is 2 or newer",
        "compose가 버전 2 이상입니다",
    ),
    check(
        Ports,
        "port-gateway",
        "the gateway's port is the gateway's",
        "gateway의 포트를 gateway가 씁니다",
    ),
    check(
        Ports,
        "port-orders",
        "orders' port is orders'",
        "orders의 포트를 orders가 씁니다",
    ),
    check(
        Ports,
        "port-inventory",
        "inventory's port is inventory's",
        "inventory의 포트를 inventory가 씁니다",
    ),
    check(
        Ports,
        "port-collector",
        "the collector's port is the collector's",
        "컬렉터의 포트를 컬렉터가 씁니다",
    ),
    check(
        Ports,
        "port-otlp",
        "4318 is the collector's, or free",
        "4318을 컬렉터가 쓰거나 비어 있습니다",
    ),
    check(
        Ports,
        "port-otlp-grpc",
        "who has 4317, where gRPC goes, is known",
        "gRPC가 가는 4317을 누가 쓰는지 압니다",
    ),
    check(
        Ports,
        "ports-faults",
        "the ports for faults are the services'",
        "고장 설정 포트를 서비스가 씁니다",
    ),
    check(
        Settings,
        "settings-unread",
        "every OTEL_ and MDC_ variable has a reader",
        "OTEL_와 MDC_ 변수를 모두 누군가 읽습니다",
    ),
    check(
        Settings,
        "sampler",
        "the sampler records all",
        "샘플러가 모두 기록합니다",
    ),
    check(
        Settings,
        "sampler-ratio",
        "the sampler's ratio is a number from 0 to 1",
        "샘플러의 비율이 0에서 1 사이입니다",
    ),
    check(
        Settings,
        "propagators",
        "the context is written in a dialect",
        "컨텍스트를 쓰는 형식이 있습니다",
    ),
    check(
        Settings,
        "propagator-names",
        "the propagators are ones that we have",
        "전파 형식이 모두 아는 이름입니다",
    ),
    check(
        Settings,
        "propagators-meet",
        "callers write what the next hop reads",
        "호출하는 쪽이 쓰는 것을 다음 홉이 읽습니다",
    ),
    check(
        Settings,
        "exporter",
        "spans leave the process",
        "span이 프로세스 밖으로 나갑니다",
    ),
    check(
        Settings,
        "exporter-path",
        "spans go to a path that takes them",
        "span을 받는 경로로 보냅니다",
    ),
    check(
        Settings,
        "exporter-place",
        "spans go to the collector that is asked",
        "트레이스를 찾는 컬렉터로 span을 보냅니다",
    ),
    check(
        Settings,
        "otlp-port",
        "4317 is for gRPC, 4318 for HTTP",
        "4317은 gRPC, 4318은 HTTP입니다",
    ),
    check(
        Settings,
        "queue-delay",
        "spans leave within a second",
        "span이 1초 안에 나갑니다",
    ),
    check(
        Settings,
        "queue-size",
        "the queue has room for a burst",
        "대기열에 몰린 요청을 받을 자리가 있습니다",
    ),
    check(
        Settings,
        "log-level",
        "lines of INFO are written",
        "INFO 로그를 씁니다",
    ),
    check(
        Settings,
        "log-format",
        "the format of lines is one that we have",
        "로그 형식이 아는 이름입니다",
    ),
    check(Settings, "mdc-propagate", "userId travels", "userId가 전달됩니다"),
    check(
        Collector,
        "collector",
        "the collector answers",
        "컬렉터가 응답합니다",
    ),
    check(
        Collector,
        "collector-kind",
        "its kind and version are known",
        "컬렉터의 종류와 버전을 압니다",
    ),
    check(
        Collector,
        "collector-storage",
        "its storage is up",
        "컬렉터의 저장소가 동작합니다",
    ),
    check(
        Collector,
        "collector-search",
        "it can search",
        "컬렉터에서 검색할 수 있습니다",
    ),
    check(
        Collector,
        "collector-takes-spans",
        "it takes Zipkin's spans",
        "컬렉터가 Zipkin의 span을 받습니다",
    ),
    check(
        Collector,
        "collector-takes-otlp",
        "it takes OTLP over HTTP",
        "컬렉터가 HTTP로 OTLP를 받습니다",
    ),
    check(
        Collector,
        "collector-clock",
        "its clock is ours",
        "컬렉터의 시계가 우리와 같습니다",
    ),
    check(
        Services,
        "health",
        "all three services answer",
        "세 서비스가 모두 응답합니다",
    ),
    check(Services, "faults", "no fault is on", "켜져 있는 고장이 없습니다"),
    check(
        Canary,
        "canary-gateway",
        "gateway takes part",
        "gateway가 참여합니다",
    ),
    check(
        Canary,
        "canary-orders",
        "orders takes part",
        "orders가 참여합니다",
    ),
    check(
        Canary,
        "canary-inventory",
        "inventory takes part",
        "inventory가 참여합니다",
    ),
    check(
        Canary,
        "canary-answer",
        "the canary is answered",
        "canary에 응답이 왔습니다",
    ),
    check(
        Canary,
        "canary-link",
        "every link of the chain holds",
        "모든 홉이 이어져 있습니다",
    ),
];

/// The check of this id.
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

impl Check {
    /// The fact that holds where it is well.
    pub const fn title(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.title,
            Language::Korean => self.korean,
        }
    }
}

impl Category {
    /// The name of the group.
    pub const fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Machine, Language::English) => "machine",
            (Self::Machine, Language::Korean) => "장비",
            (Self::Toolchain, Language::English) => "toolchain",
            (Self::Toolchain, Language::Korean) => "빌드 도구",
            (Self::Docker, Language::English) => "docker",
            (Self::Docker, Language::Korean) => "Docker",
            (Self::Ports, Language::English) => "ports",
            (Self::Ports, Language::Korean) => "포트",
            (Self::Settings, Language::English) => "settings",
            (Self::Settings, Language::Korean) => "설정",
            (Self::Collector, Language::English) => "collector",
            (Self::Collector, Language::Korean) => "컬렉터",
            (Self::Services, Language::English) => "services",
            (Self::Services, Language::Korean) => "서비스",
            (Self::Canary, Language::English) => "canary: one request through every hop",
            (Self::Canary, Language::Korean) => "canary: 모든 홉을 거치는 요청 하나",
        }
    }
}
