//! Requests whose headers are good, nearly good, or noise.

const NAMES: [&str; 13] = [
    "b3",
    "x-b3-traceid",
    "X-B3-SpanId",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
    "traceparent",
    "TraceParent",
    "tracestate",
    "baggage",
    "x-forwarded-for",
    "x-trace-id",
    "accept",
];

const VALUES: [&str; 14] = [
    "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1-05e3ac9a4f6e3b90",
    "463ac35c9f6413ad48485a3953bb6124",
    "463ac35c9f6413ad",
    "a2fb4a1d1a96d312",
    "0",
    "1",
    "d",
    "true",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more",
    "a=1,b@c=2 ,d/e=~",
    "userId=terry;ttl=3, orderId = 8 ,tenant=a%20b;x",
    "203.0.113.5, [2001:db8::1]:80, 10.0.0.1",
    "terry",
];

/// A request for the path.
pub fn request(path: &str, random: &mut fastrand::Rng) -> Vec<u8> {
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nuserid: ").into_bytes();
    value(&mut request, random);
    request.extend_from_slice(b"\r\n");
    for _ in 0..random.usize(0..8) {
        let name = NAMES[random.usize(..NAMES.len())];
        for _ in 0..if random.u8(..) < 40 { 3 } else { 1 } {
            request.extend_from_slice(name.as_bytes());
            request.extend_from_slice(b": ");
            value(&mut request, random);
            request.extend_from_slice(b"\r\n");
        }
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// A good value, one with some other bytes in it, or nothing but such bytes; rarely a byte that HTTP forbids.
fn value(request: &mut Vec<u8>, random: &mut fastrand::Rng) {
    let start = request.len();
    request.extend_from_slice(VALUES[random.usize(..VALUES.len())].as_bytes());
    match random.u8(..100) {
        0..40 => {}
        40..80 => {
            for _ in 0..random.usize(1..4) {
                let at = random.usize(start..request.len());
                request[at] = byte(random);
            }
        }
        80..90 => request.truncate(random.usize(start..request.len())),
        90..99 => {
            for _ in 0..random.usize(..200) {
                request.push(byte(random));
            }
        }
        _ => {
            let filler = byte(random);
            request.resize(start + random.usize(..10_000), filler);
        }
    }
    if random.u16(..) < 200 {
        request.push(random.u8(..32));
    }
}

/// Any byte that a header may hold; the syntax of ours more often than others.
fn byte(random: &mut fastrand::Rng) -> u8 {
    match random.u8(..3) {
        0 => b"-=,;%0f \"\\@"[random.usize(..11)],
        1 => random.u8(b' '..0x7f),
        _ => random.u8(0x80..),
    }
}
