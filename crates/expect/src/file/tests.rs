//! Files that are read and files that are refused, held against the schema as well.

use serde_json::Value;

use super::*;

const EXAMPLE: &str = include_str!("../../examples/order.json");

#[test]
fn a_file_that_is_not_understood_says_where() {
    let expect = |inner: &str| format!("{{\"cases\": [\n{{\"expect\": {inner}}}]}}");
    for (text, error, is_for_the_schema) in [
        // Syntax.
        (
            "{\n \"cases\": [}".to_owned(),
            "line 2, column 12: no JSON: expected value",
            false,
        ),
        (
            String::new(),
            "line 1, column 1: no JSON: EOF while parsing a value",
            false,
        ),
        // Names.
        (
            expect(r#"{"tree": {"nmae": "x"}}"#),
            "line 2, column 22, in cases[0].expect.tree: nmae is no field; did you mean name?",
            true,
        ),
        (
            expect(r#"{"spans": [{}, {"children": [{"tag": {}}]}]}"#),
            "line 2, column 42, in cases[0].expect.spans[1].children[0]: tag is no field; did you mean tags?",
            true,
        ),
        (
            expect(r#"{"colour": 1}"#),
            "line 2, column 13, in cases[0].expect: colour is no field; the fields are tree, spans, headers, lines, answer, relations, conditions",
            true,
        ),
        (
            "{\"cases\": [{\"expected\": {}}]}".to_owned(),
            "line 1, column 13, in cases[0]: expected is no field; did you mean expect?",
            true,
        ),
        (
            "{\"cases\": [{\"title\": \"a\"}]}".to_owned(),
            "line 1, column 12, in cases[0]: the field expect is missing",
            true,
        ),
        (
            "{\"cases\": []}".to_owned(),
            "line 1, column 2, in cases: one case at least is needed",
            true,
        ),
        (
            "[]".to_owned(),
            "line 1, column 1: an object is needed, and this is a list",
            true,
        ),
        // Values.
        (
            expect(r#"{"tree": {"kind": "CLEINT"}}"#),
            "line 2, column 22, in cases[0].expect.tree.kind: CLEINT is no kind; did you mean CLIENT?",
            true,
        ),
        (
            expect(r#"{"tree": {"name": 7}}"#),
            "line 2, column 22, in cases[0].expect.tree.name: a text in quotes is needed, or an object such as {\"contains\": \"a part\"}",
            true,
        ),
        (
            expect(r#"{"tree": {"name": {"is": "a", "not": "b"}}}"#),
            "line 2, column 22, in cases[0].expect.tree.name: one of is, contains, pattern and not is needed",
            true,
        ),
        (
            expect(r#"{"spans": [{"count": -1}]}"#),
            "line 2, column 24, in cases[0].expect.spans[0].count: a whole number from 0 is needed, and this is a number",
            true,
        ),
        (
            expect(r#"{"spans": [{"count": {"min": 3, "max": 2}}]}"#),
            "line 2, column 24, in cases[0].expect.spans[0].count: min is more than max",
            false,
        ),
        (
            expect(r#"{"spans": [{"children": [], "including": []}]}"#),
            "line 2, column 40, in cases[0].expect.spans[0].including: either children or including can be there",
            true,
        ),
        (
            expect(r#"{"answer": {"status": 700}}"#),
            "line 2, column 24, in cases[0].expect.answer.status: a status is 100 to 599",
            true,
        ),
        (
            expect(r#"{"headers": [{"to": "orders"}]}"#),
            "line 2, column 25, in cases[0].expect.headers[0]: the field headers is missing",
            true,
        ),
        // Relations.
        (
            expect(r#"{"tree": {"label": "root"}, "relations": [{"within": ["rot", "root"]}]}"#),
            "line 2, column 66, in cases[0].expect.relations[0].within[0]: no span here has the label rot; did you mean root?",
            false,
        ),
        (
            expect(r#"{"tree": {"label": "a"}, "relations": [{"within": ["a"]}]}"#),
            "line 2, column 51, in cases[0].expect.relations[0]: within needs two labels",
            true,
        ),
        (
            expect(r#"{"relations": [{}]}"#),
            "line 2, column 27, in cases[0].expect.relations[0]: one relation is needed, such as {\"within\": [\"inner\", \"outer\"]}",
            true,
        ),
        // Requests.
        (
            "{\"cases\": [{\"request\": {\"path\": \"orders\"}, \"expect\": {}}]}".to_owned(),
            "line 1, column 25, in cases[0].request.path: a path begins with /, such as /orders/1",
            true,
        ),
        (
            "{\"cases\": [{\"request\": {\"path\": \"/\", \"method\": \"PSOT\"}, \"expect\": {}}]}"
                .to_owned(),
            "line 1, column 38, in cases[0].request.method: PSOT is no method; did you mean POST?",
            true,
        ),
        (
            r#"{"cases": [{"request": {"path": "/a\r\nX"}, "expect": {}}]}"#.to_owned(),
            "line 1, column 25, in cases[0].request.path: a path has no control characters, no # and no \\: write %23 and %5C",
            false,
        ),
        (
            r#"{"cases": [{"request": {"path": "/", "headers": {"a b": "c"}}, "expect": {}}]}"#.to_owned(),
            "line 1, column 50, in cases[0].request.headers.a b: a b is no name of a header",
            false,
        ),
        (
            r#"{"cases": [{"request": {"path": "/", "headers": {"": "c"}}, "expect": {}}]}"#.to_owned(),
            "line 1, column 50, in cases[0].request.headers.:  is no name of a header",
            false,
        ),
        (
            r#"{"cases": [{"request": {"path": "/", "headers": {"a": "b\nc"}}, "expect": {}}]}"#.to_owned(),
            "line 1, column 50, in cases[0].request.headers.a: a header cannot hold control characters",
            false,
        ),
        (
            "{\"cases\": [{\"request\": {\"path\": \"/\", \"body\": 7}, \"expect\": {}}]}".to_owned(),
            "line 1, column 38, in cases[0].request.body: a text in quotes is needed, or an object or a list that is sent as JSON",
            true,
        ),
    ] {
        assert_eq!(File::read(&text).unwrap_err().to_string(), error, "{text}");
        if is_for_the_schema {
            let value = serde_json::from_str(&text).unwrap();
            assert!(!is_valid(&value, &schema(), &schema()), "the schema takes {text}");
        }
    }
    assert!(
        File::read(&" ".repeat(2 << 20))
            .unwrap_err()
            .message
            .contains("1048576")
    );
}

#[test]
fn a_hostile_file_is_refused_in_no_time() {
    let nested = format!("{{\"cases\": {}", "[".repeat(500_000));
    let error = File::read(&nested).unwrap_err();
    assert!(error.message.contains("recursion limit"), "{error}");
    let escape = File::read("{\"\\u001b[2J\": 1}").unwrap_err();
    assert!(!escape.to_string().contains('\u{1b}'), "{escape}");
}

#[test]
fn examples_are_valid_and_understood() {
    let all = r#"{"cases": [{"title": "all", "request": {"method": "POST", "path": "/", "headers": {"b3": "0"}, "body": {"item": [1]}}, "expect": {
        "tree": [{"label": "a", "service": "a", "name": {"pattern": "get *"}, "kind": "LOCAL", "to": {"not": "b"}, "tags": {"k": null, "l": {"contains": "v"}},
            "annotations": ["x"], "error": false, "durationUs": {"min": 1, "max": 2}, "count": {"min": 1}, "children": [{"including": [{}], "inOrder": true}]}],
        "spans": [{"count": 0}], "headers": [{"to": "b", "headers": {"b3": {"is": "0"}}, "count": 1}],
        "lines": [{"text": "t", "service": "a", "level": "INFO", "fields": {"userId": "terry"}, "count": 1}],
        "answer": {"status": 200, "headers": {"x": null}, "body": ["a", {"contains": "b"}]},
        "relations": [{"within": ["a", "a"]}, {"before": ["a", "a"]}, {"longer": ["a", "a"]}, {"overlap": ["a"]}, {"apart": ["a", "a"]}],
        "conditions": [{"if": {"spans": [{"error": true}]}, "then": {"answer": {"status": 500}}}]}}]}"#;
    for text in [EXAMPLE, all] {
        File::read(text).unwrap();
        assert!(
            is_valid(&serde_json::from_str(text).unwrap(), &schema(), &schema()),
            "{text}"
        );
    }
}

#[test]
fn a_request_has_a_method_and_a_body() {
    for (fields, method, body) in [
        ("", "GET", None),
        (r#", "method": "DELETE""#, "DELETE", None),
        (
            r#", "method": "PUT", "body": "a b""#,
            "PUT",
            Some(Body::Text("a b".into())),
        ),
        (
            r#", "body": [1, {"a": null}]"#,
            "GET",
            Some(Body::Json(r#"[1,{"a":null}]"#.into())),
        ),
    ] {
        let text = format!(r#"{{"cases": [{{"request": {{"path": "/"{fields}}}, "expect": {{}}}}]}}"#);
        let request = File::read(&text).unwrap().cases[0].request.clone().unwrap();
        assert_eq!(
            (request.method.as_str(), request.body),
            (method, body),
            "{fields}"
        );
    }
}

#[test]
fn the_receivers_of_headers_are_known_with_conditions() {
    let text = r#"{"cases": [{"expect": {"headers": [{"to": "a", "headers": {}}], "conditions": [
        {"if": {"headers": [{"to": "b", "headers": {}}], "answer": {"status": 200}}, "then": {}}]}}]}"#;
    let expectation = &File::read(text).unwrap().cases[0].expectation;
    assert_eq!(expectation.needs_headers_to(), ["a", "b"]);
    assert!(expectation.needs_answer());
}

#[test]
fn the_schema_has_the_fields_that_are_read() {
    let schema = schema();
    for (name, fields) in [
        ("file", &parts::FILE as &[&str]),
        ("case", &parts::CASE),
        ("request", &parts::REQUEST),
        ("expectation", &parts::EXPECTATION),
        ("span", &parts::SPAN),
        ("line", &parts::LINE),
        ("headers", &parts::HEADERS),
        ("answer", &parts::ANSWER),
        ("relation", &parts::RELATION),
        ("condition", &parts::CONDITION),
        ("range", &parts::RANGE),
    ] {
        assert_eq!(properties(&schema["$defs"][name]), sorted(fields), "{name}");
    }
    assert_eq!(
        properties(&schema["$defs"]["text"]["oneOf"][1]),
        sorted(&parts::TEXT)
    );
}

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn properties(definition: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = definition["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

fn sorted<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

/// As much of JSON Schema as the schema uses; another keyword is a failure.
fn is_valid(value: &Value, schema: &Value, top: &Value) -> bool {
    let rules = schema.as_object().unwrap();
    let properties = rules.get("properties").and_then(Value::as_object);
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "title" | "description" | "$defs" | "properties" => true,
        "$ref" => is_valid(value, top.pointer(&rule.as_str().unwrap()[1..]).unwrap(), top),
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            "null" => value.is_null(),
            other => panic!("{other}"),
        },
        "enum" => rule.as_array().unwrap().contains(value),
        "oneOf" => {
            rule.as_array()
                .unwrap()
                .iter()
                .filter(|each| is_valid(value, each, top))
                .count()
                == 1
        }
        "not" => !is_valid(value, rule, top),
        "required" => rule
            .as_array()
            .unwrap()
            .iter()
            .all(|name| value.get(name.as_str().unwrap()).is_some()),
        "additionalProperties" => value.as_object().is_none_or(|members| {
            members.iter().all(
                |(name, value)| match properties.and_then(|known| known.get(name)) {
                    Some(own) => is_valid(value, own, top),
                    None => rule.as_bool().unwrap_or_else(|| is_valid(value, rule, top)),
                },
            )
        }),
        "items" => value
            .as_array()
            .is_none_or(|list| list.iter().all(|each| is_valid(each, rule, top))),
        "minItems" => value
            .as_array()
            .is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()),
        "maxItems" => value
            .as_array()
            .is_none_or(|list| list.len() as u64 <= rule.as_u64().unwrap()),
        "minProperties" => value
            .as_object()
            .is_none_or(|members| members.len() as u64 >= rule.as_u64().unwrap()),
        "maxProperties" => value
            .as_object()
            .is_none_or(|members| members.len() as u64 <= rule.as_u64().unwrap()),
        "minimum" => value
            .as_i64()
            .is_none_or(|number| number >= rule.as_i64().unwrap()),
        "maximum" => value
            .as_i64()
            .is_none_or(|number| number <= rule.as_i64().unwrap()),
        "pattern" => value
            .as_str()
            .is_none_or(|text| text.starts_with(&rule.as_str().unwrap()[1..])),
        other => panic!("the schema has {other}, which this test does not know"),
    })
}
