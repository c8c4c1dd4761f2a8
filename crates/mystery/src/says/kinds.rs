//! Evidence of each kind, in Korean; in English the kinds say so themselves.

/// Kinds by name.
const KOREAN: [(&str, &str); 23] = [
    (
        "latency",
        "서비스의 자체 처리가 길어집니다. SERVER span 아래에는 그 시간을 설명하는 것이 없습니다",
    ),
    (
        "network",
        "호출한 쪽의 CLIENT span만 길어지고 그 안의 SERVER span은 그대로입니다. 둘 사이의 네트워크입니다",
    ),
    (
        "error",
        "SERVER span에 http.status_code와 error가 있고 자식이 없습니다. 호출한 쪽의 CLIENT span도 마찬가지입니다",
    ),
    (
        "hang",
        "호출한 쪽의 CLIENT span은 error = timeout으로, SERVER span은 error = cancelled로 끝납니다. 504",
    ),
    (
        "refuse",
        "SERVER span이 없고, 호출한 쪽의 짧은 CLIENT span에 error = connection refused가 있습니다. 502",
    ),
    (
        "reset",
        "SERVER span은 상태가 200인데 error = body broken이 있습니다. 호출한 쪽의 CLIENT span은 멀쩡하지만 응답은 502입니다",
    ),
    (
        "slow-body",
        "SERVER span이 호출한 쪽의 CLIENT span보다 늦게 끝납니다. CLIENT span은 헤더를 받고 이미 끝났습니다",
    ),
    (
        "lock",
        "서비스의 SERVER span이 서로 겹치지 않습니다. 동시에 온 호출은 그 앞에서 차례를 기다립니다",
    ),
    (
        "pool",
        "동시에 처리하는 SERVER span이 정해진 수를 넘지 않습니다. 나머지는 호출한 쪽의 CLIENT span 안에서 기다립니다",
    ),
    (
        "crash",
        "SERVER span이 없습니다. 호출한 쪽의 CLIENT span은 connection broken으로 끝나고, 그다음 호출은 거부되다가 다시 정상이 됩니다",
    ),
    (
        "calls",
        "하나면 될 호출을 여러 번 차례로 합니다(N+1). 같은 CLIENT span이 늘어설 뿐 응답은 같습니다",
    ),
    (
        "burst",
        "같은 CLIENT span 여러 개가 서로 겹칩니다. 다음 홉에 pool이나 lock이 있으면 SERVER span이 계단처럼 늘어섭니다",
    ),
    (
        "retry-storm",
        "다음 홉이 실패하면 error가 있는 CLIENT span이 잇달아 나옵니다. 그런 서비스가 둘이면 횟수가 곱해집니다",
    ),
    (
        "cache-miss",
        "`cache get`이라는 로컬 span이 있습니다. 값이 없으면 호출과 `cache put`이 이어지고, 있으면 호출도 그 뒤의 홉도 없습니다",
    ),
    (
        "context-dropped",
        "요청 하나가 트레이스 여럿이 됩니다. 서비스와 그 뒤의 홉이 저마다 새 트레이스를 시작합니다",
    ),
    (
        "one-dialect",
        "헤더 형식 하나만 읽고 씁니다. 다른 형식만 아는 이웃과의 사이에서 트레이스가 끊깁니다",
    ),
    (
        "ids-64bit",
        "서비스부터 트레이스 id가 16자리입니다. 트레이스가 둘로 나뉘고 두 번째에는 부모가 없습니다",
    ),
    (
        "sampling-anew",
        "트레이스가 반쪽입니다. 서비스와 그 뒤의 span이 없고, 로그에는 기록하지 않는다고 나옵니다",
    ),
    (
        "baggage-dropped",
        "트레이스는 온전한데 서비스부터 span과 로그에 userId와 orderId가 없습니다",
    ),
    (
        "clock",
        "서비스의 span이 부모 바깥에 있고, 로그의 시각도 그만큼 어긋납니다",
    ),
    (
        "logs-without-ids",
        "트레이스는 온전한데 서비스의 로그에 트레이스 id와 span id가 없습니다",
    ),
    (
        "exporter-blocked",
        "요청은 빠른데 서비스의 span이 없습니다. 고장을 끄면 뒤늦게 도착합니다",
    ),
    (
        "spans-lost",
        "부모가 없는 span과 응답한 쪽이 없는 CLIENT span이 있습니다. 서비스는 모두 보냈다고 셉니다",
    ),
];

/// The text for a kind of this name; empty for a name that no kind has.
pub(super) fn korean(kind: &str) -> &'static str {
    let found = KOREAN.iter().find(|(name, _)| *name == kind);
    found.map(|(_, text)| *text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_korean_text() {
        let names: Vec<&str> = faults::KINDS.iter().map(|entry| entry.name).collect();
        let texts: Vec<&str> = KOREAN.iter().map(|(name, _)| *name).collect();
        assert_eq!(texts, names);
        assert!(names.iter().all(|name| !korean(name).is_empty()));
    }
}
