use super::*;

type Record = (
    u64,
    u64,
    String,
    String,
    String,
    Option<String>,
    Vec<(String, String)>,
);

fn read(encoding: Encoding, body: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let count = encoding.each_log(body, |record| {
        let attributes = record.attributes.iter();
        records.push((
            record.time,
            record.severity,
            record.service.to_string(),
            record.scope.to_string(),
            record.body.to_string(),
            record
                .trace_id
                .zip(record.span_id)
                .map(|(trace, span)| format!("{trace}/{span}")),
            attributes
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
        ));
    });
    assert_eq!(count, Ok(records.len()));
    records
}

#[test]
fn records_say_the_same_in_json_and_in_protobuf() {
    let json = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[
        {"timeUnixNano":"1000000000000002000","severityNumber":17,"body":{"stringValue":"no"},"eventName":"e",
         "attributes":[{"key":"k","value":{"intValue":"7"}}],
         "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174"}],
        "scope":{"name":"orders::routes"}}],
        "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"Orders"}}]}}]}"#;
    let expected = (
        1_000_000_000_000_002,
        17,
        "orders".to_owned(),
        "orders::routes".to_owned(),
        "no".to_owned(),
        Some("5b8efff798038103d269b633813fc60c/eee19b7ec3c1b174".to_owned()),
        vec![("k".to_owned(), "7".to_owned())],
    );
    assert_eq!(
        read(Encoding::Json, json.as_bytes()),
        std::slice::from_ref(&expected)
    );

    let part = |field: u8, bytes: &[u8]| [&[field << 3 | 2, bytes.len() as u8], bytes].concat();
    let value = |field: u8, text: &str| part(field, &part(1, text.as_bytes()));
    let attribute = [part(1, b"service.name"), value(2, "Orders")].concat();
    let record = [
        [&[1 << 3 | 1][..], &1_000_000_000_000_002_000_u64.to_le_bytes()].concat(),
        vec![2 << 3, 17],
        value(5, "no"),
        part(6, &[part(1, b"k"), part(2, &[3 << 3, 7])].concat()),
        part(9, &0x5b8e_fff7_9803_8103_d269_b633_813f_c60c_u128.to_be_bytes()),
        part(10, &0xeee1_9b7e_c3c1_b174_u64.to_be_bytes()),
        part(12, b"e"),
    ]
    .concat();
    let scope = [part(2, &record), part(1, &part(1, b"orders::routes"))].concat();
    let resource = [part(2, &scope), part(1, &part(1, &attribute))].concat();
    assert!(resource.len() < 256);
    let body = [
        &[
            10,
            resource.len() as u8 & 0x7f | 0x80,
            (resource.len() >> 7) as u8,
        ],
        &*resource,
    ]
    .concat();
    assert_eq!(read(Encoding::Protobuf, &body), [expected]);
}

#[test]
fn a_record_without_ids_or_time_is_kept() {
    let json = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[
        {"observedTimeUnixNano":5000,"severityNumber":"SEVERITY_NUMBER_WARN","traceId":"","spanId":"zz","body":{"kvlistValue":{"values":[
            {"key":"a","value":{"boolValue":true}}]}}},
        {}]}]}]}"#;
    let records = read(Encoding::Json, json.as_bytes());
    assert_eq!(
        (records[0].0, records[0].1, &*records[0].4),
        (5, 13, r#"{"a":true}"#)
    );
    assert_eq!((&*records[1].2, &records[1].5), ("unknown_service", &None));
}

#[test]
fn a_body_that_is_no_request_is_refused() {
    for encoding in [Encoding::Json, Encoding::Protobuf] {
        assert!(encoding.each_log(b"x", |_| ()).is_err());
        assert_eq!(encoding.each_log(b"", |_| ()), Ok(0));
    }
}
