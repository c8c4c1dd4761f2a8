use super::*;
use crate::{Annotation, Span};

#[test]
fn fields_stand_in_zipkins_order() {
    let whole = Span {
        parent_id: Some(SpanId::new(2)),
        kind: Some(Kind::Server),
        name: Some("get /orders/{id}".into()),
        timestamp: Some(1_472_470_996_199_000),
        duration: Some(207_000),
        local_endpoint: Some(Endpoint {
            service_name: Some("orders".into()),
            ipv4: Some([127, 0, 0, 1].into()),
            port: Some(8082),
            ..Endpoint::default()
        }),
        remote_endpoint: Some(Endpoint {
            ipv6: Some("2001:db8::1".parse().unwrap()),
            ..Endpoint::default()
        }),
        annotations: vec![Annotation {
            timestamp: 5,
            value: "a".into(),
        }],
        tags: [("b".into(), "c".into()), ("d".into(), "e".into())].into(),
        debug: true,
        shared: true,
        ..Span::new(TraceId::new(0x1), SpanId::new(3))
    };
    let mut out = Vec::new();
    list(&mut out, [&whole, &Span::new(TraceId::new(1), SpanId::new(4))]);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        concat!(
            r#"[{"traceId":"0000000000000001","parentId":"0000000000000002","id":"0000000000000003","#,
            r#""kind":"SERVER","name":"get /orders/{id}","timestamp":1472470996199000,"duration":207000,"#,
            r#""localEndpoint":{"serviceName":"orders","ipv4":"127.0.0.1","port":8082},"#,
            r#""remoteEndpoint":{"ipv6":"2001:db8::1"},"annotations":[{"timestamp":5,"value":"a"}],"#,
            r#""tags":{"b":"c","d":"e"},"debug":true,"shared":true},"#,
            r#"{"traceId":"0000000000000001","id":"0000000000000004"}]"#
        )
    );
}

#[test]
fn every_octet_of_an_address_is_as_its_display_has_it() {
    for octet in 0..=u8::MAX {
        let ip = Ipv4Addr::from([octet, 0, 10, octet]);
        let mut out = Vec::new();
        SpanWriter { out: &mut out }.ipv4(ip);
        assert_eq!(String::from_utf8(out).unwrap(), format!("\"{ip}\""));
    }
}
