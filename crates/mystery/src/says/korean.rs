//! Measures in Korean.

use super::figures::{counted, time};
use crate::{
    class::Class,
    hop::Hop,
    measure::{Measure, Reason},
};

/// One sentence.
pub(super) fn sentence(measure: &Measure) -> String {
    let Measure { hop, shows, of, .. } = measure;
    let (typical, longest) = (time(measure.typical_us), time(measure.longest_us));
    let caller = hop.caller();
    let dialects = measure.dialects.join(", ");
    let of_requests = format!("요청 {of}건 중 {shows}건");
    match measure.class {
        Class::OwnWork | Class::Network if *of == 0 => {
            format!("{hop}의 자체 처리나 {hop}까지의 구간에 걸린 시간을 알려 주는 span이 없습니다.")
        }
        Class::OwnWork => {
            format!("{hop}의 자체 처리 시간은 요청 {of}건의 중앙값이 {typical}, 최댓값이 {longest}입니다.")
        }
        Class::Network => {
            format!(
                "{caller}와 {hop} 사이 구간의 시간은 요청 {of}건의 중앙값이 {typical}, 최댓값이 {longest}입니다."
            )
        }
        Class::Error => format!("{of_requests}에서 {hop}가 스스로 실패했습니다."),
        Class::NoAnswer => format!("{of_requests}에서 호출한 쪽이 {hop}를 기다리다 포기했습니다."),
        Class::Refused => format!("{of_requests}에서 {hop}로의 연결이 거부되었습니다."),
        Class::BrokenOff => format!("{of_requests}에서 {hop}의 응답이 도중에 끊겼습니다."),
        Class::SlowBody => format!("{of_requests}에서 {hop}의 본문이 헤더보다 한참 뒤에 왔습니다."),
        Class::PlaceWait => format!("{of_requests}에서 동시에 온 호출이 {hop}의 자리가 나기를 기다렸습니다."),
        Class::ManyCalls => format!("{of_requests}에서 {hop}가 같은 호출을 다섯 번 이상 차례로 했습니다."),
        Class::Burst => format!("{of_requests}에서 {hop}가 같은 호출을 세 번 이상 동시에 했습니다."),
        Class::Retries => format!("{of_requests}에서 {hop}가 실패한 호출을 되풀이했고 다시 실패했습니다."),
        Class::CacheMiss => format!("{of_requests}에서 {hop}의 캐시에 값이 없었습니다."),
        Class::LostContext | Class::OneDialect | Class::IdsCut if *of == 0 => {
            format!("{hop}만 따로 호출하면 응답이 없거나 응답에 트레이스 id가 없습니다.")
        }
        Class::LostContext | Class::OneDialect if *shows == 0 => {
            format!("{hop}만 따로 호출하면 헤더 형식 {of}가지 모두에서 호출한 쪽의 트레이스를 이어받습니다.")
        }
        Class::LostContext | Class::OneDialect => {
            format!(
                "{hop}만 따로 호출하면 헤더 형식 {of}가지 중 {shows}가지({dialects})에서 새 트레이스를 시작합니다."
            )
        }
        Class::IdsCut if *shows == 0 => format!("{hop}만 따로 호출하면 트레이스 id 128비트를 모두 지킵니다."),
        Class::IdsCut => format!("{hop}만 따로 호출하면 트레이스 id 128비트 중 64비트만 남깁니다."),
        Class::NotRecorded | Class::LostSpans => {
            format!("{of_requests}의 트레이스에 {hop}의 span이 없습니다.")
        }
        Class::LostBaggage => {
            format!(
                "{}의 span {of}개 중 {shows}개에 userId가 없습니다.",
                counted(measure)
            )
        }
        Class::Clock => clock(measure),
        Class::LinesWithoutIds if *of == 0 => {
            format!("{hop}가 요청을 처리하며 남긴 로그 줄이 보관되어 있지 않습니다.")
        }
        Class::LinesWithoutIds => {
            format!("{hop}가 요청을 처리하며 남긴 로그 {of}줄 중 {shows}줄에 트레이스 id가 없습니다.")
        }
    }
}

/// One sentence more.
pub(super) fn reason(hop: Hop, reason: Reason) -> String {
    let next = hop.next().unwrap_or(hop);
    match reason {
        Reason::NotReached => {
            format!("그러나 {hop}만 따로 호출해도 응답이 없습니다. 요청이 닿지 않으면 span도 남지 않습니다.")
        }
        Reason::SpanArrives => format!(
            "그러나 {hop}만 따로 호출하면 span이 도착합니다. 요청이나 트레이스가 {hop}에 이르기 전에 끊긴 것입니다."
        ),
        Reason::NextIsSeen => {
            format!("그러나 {next}는 트레이스에 있습니다. {hop}의 span만 빠진 것입니다.")
        }
        Reason::NextIsMissing => {
            format!("그러나 {next}의 span도 없습니다. {hop}부터 아무것도 기록되지 않은 것입니다.")
        }
        Reason::AllDialects => {
            "그러나 응답한 형식 모두가 그렇습니다. 컨텍스트 전체가 끊긴 것입니다.".to_owned()
        }
        Reason::TakesUser => {
            format!("그러나 {hop}만 따로 호출하면 userId를 이어받습니다. {hop}에 오기 전에 사라진 것입니다.")
        }
        Reason::NextTakesNoUser => {
            format!("그러나 {next}만 따로 호출해도 userId를 이어받지 않습니다. {next}에서 사라진 것입니다.")
        }
        Reason::NoSpan => {
            "그러나 따로 호출한 홉의 span이 도착하지 않아 어디에서 사라졌는지 알 수 없습니다.".to_owned()
        }
    }
}

fn clock(measure: &Measure) -> String {
    let hop = measure.hop;
    match measure.typical_us {
        None => format!("{hop}의 시계가 몇 시를 가리키는지 알려 주는 span이 없습니다."),
        Some(0) => format!("{hop}의 시계는 호출한 쪽의 시계와 맞습니다."),
        Some(ahead) => {
            let way = if ahead > 0 { "빠릅니다" } else { "늦습니다" };
            format!("{hop}의 시계가 적어도 {} {way}.", time(measure.typical_us))
        }
    }
}
