use super::*;
use crate::{
    Annotation, Span,
    sample::{span, trace},
};

/// `parent>child calls`, and `/failed` where calls failed.
fn links(spans: &[Span]) -> Vec<String> {
    let mut linker = Linker::default();
    linker.put_trace(spans);
    let text = |link: DependencyLink| {
        let failed = if link.error_count == 0 {
            String::new()
        } else {
            format!("/{}", link.error_count)
        };
        format!("{}>{} {}{failed}", link.parent, link.child, link.call_count)
    };
    linker.links().into_iter().map(text).collect()
}

/// Checks each trace with its spans in order and in reverse: they may arrive in any.
fn check(cases: &[(&[&str], &[&str])]) {
    for (lines, expected) in cases {
        let mut spans = trace(lines);
        assert_eq!(links(&spans), *expected, "{lines:?}");
        spans.reverse();
        assert_eq!(links(&spans), *expected, "reversed: {lines:?}");
    }
}

#[test]
fn a_call_is_linked_once() {
    check(&[
        (&[], &[]),
        // The server's span alone, the client's alone.
        (&["a - SERVER server client"], &["client>server 1"]),
        (&["a - CLIENT client server"], &["client>server 1"]),
        // Both, with ids of their own or one id; the server's name wins.
        (
            &["a - CLIENT client -", "b a SERVER server -"],
            &["client>server 1"],
        ),
        (
            &["a - CLIENT client alias", "b a SERVER server -"],
            &["client>server 1"],
        ),
        (
            &["a - CLIENT client -", "a - SERVER server - shared"],
            &["client>server 1"],
        ),
        // Two servers below one client are two calls.
        (
            &[
                "a - CLIENT client x",
                "b a SERVER server -",
                "c a SERVER server -",
            ],
            &["client>server 2"],
        ),
        // Two clients without a service, below one server.
        (
            &["a - SERVER web -", "b a CLIENT - app", "c a CLIENT - app"],
            &["web>app 2"],
        ),
        // A service that calls itself.
        (&["a - SERVER me me"], &["me>me 1"]),
        (&["a - CLIENT me me"], &["me>me 1"]),
        // Web calls app over a shared span, app calls a database.
        (
            &[
                "a - SERVER web -",
                "b a CLIENT web app",
                "b a SERVER app web shared",
                "c b CLIENT app db error",
            ],
            &["app>db 1/1", "web>app 1"],
        ),
        // The same, when the server does not know its parent, and when the client's span was lost.
        (
            &[
                "a - SERVER web -",
                "b a CLIENT web app",
                "b - SERVER app web shared",
            ],
            &["web>app 1"],
        ),
        (
            &[
                "a - SERVER web -",
                "b - SERVER app web shared",
                "c b CLIENT app db",
            ],
            &["app>db 1", "web>app 1"],
        ),
    ]);
}

#[test]
fn a_link_needs_both_ends() {
    check(&[
        (&["a - SERVER - -"], &[]),
        (&["a - SERVER server -"], &[]),
        (&["a - SERVER - client"], &[]),
        (&["a - CLIENT - -"], &[]),
        (&["a - CLIENT client -"], &[]),
        (&["a - CLIENT - server"], &[]),
        (&["a - - client -"], &[]),
        // Siblings below a parent that is missing are unrelated; a child of one of them is not.
        (&["b a SERVER one -", "c a SERVER two -"], &[]),
        (&["b a SERVER one -", "c b SERVER two -"], &["one>two 1"]),
    ]);
}

#[test]
fn a_span_of_no_kind_with_both_names_is_a_client() {
    check(&[
        (
            &["a - - some web", "b a - web app", "c b - app db"],
            &["app>db 1", "some>web 1", "web>app 1"],
        ),
        (
            &["a - - some web", "b a - web app error", "c b - app db"],
            &["app>db 1", "some>web 1", "web>app 1/1"],
        ),
    ]);
}

#[test]
fn a_missing_server_is_linked_by_its_client() {
    check(&[
        (&["a - SERVER web -", "b a CLIENT app -"], &["web>app 1"]),
        // Past local work, and without its error: whose it is, nobody knows.
        (
            &[
                "a - SERVER web -",
                "b a - - -",
                "c b CLIENT app - error",
                "d b CLIENT app - error",
            ],
            &["web>app 2"],
        ),
        (
            &[
                "a - SERVER foo -",
                "b a - - -",
                "c b CLIENT bar baz error",
                "d b CLIENT bar baz",
            ],
            &["bar>baz 2/1", "foo>bar 2"],
        ),
    ]);
}

#[test]
fn a_failed_call_counts_once() {
    check(&[
        (
            &["a - CLIENT client - error", "b a SERVER server - error"],
            &["client>server 1/1"],
        ),
        (
            &["a - CLIENT client - error", "a - SERVER server - shared error"],
            &["client>server 1/1"],
        ),
        (
            &["a - CLIENT client - error", "b a SERVER server -"],
            &["client>server 1/1"],
        ),
        (
            &[
                "a - CLIENT client -",
                "b a SERVER server client error",
                "c a SERVER server client",
            ],
            &["client>server 2/1"],
        ),
    ]);
    let mut call = span("c b CLIENT foo bar");
    call.annotations.push(Annotation {
        timestamp: 1,
        value: "error".into(),
    });
    assert_eq!(links(&[call]), ["foo>bar 1"]);
}

#[test]
fn messages_are_linked_to_their_broker_alone() {
    check(&[
        (&["a - PRODUCER p -", "b a CONSUMER c kafka"], &["kafka>c 1"]),
        (&["a - PRODUCER p kafka", "b a CONSUMER c -"], &["p>kafka 1"]),
        (
            &["a - PRODUCER p kafka", "b a CONSUMER c kafka"],
            &["kafka>c 1", "p>kafka 1"],
        ),
        (
            &["a - PRODUCER p one error", "b a CONSUMER c two"],
            &["p>one 1/1", "two>c 1"],
        ),
        (&["a - PRODUCER p -", "b a CONSUMER c -"], &[]),
        (&["a - CLIENT p -", "b a CONSUMER c -"], &[]),
        // A server below a producer is a call after all.
        (&["a - PRODUCER p -", "b a SERVER s -"], &["p>s 1"]),
        (&["a - PRODUCER p -", "a - SERVER s - shared"], &["p>s 1"]),
    ]);
}

#[test]
fn traces_add_up() {
    let spans = trace(&["a - CLIENT client server"]);
    let mut linker = Linker::default();
    linker.put_trace(&spans);
    linker.put_trace(&trace(&["a - CLIENT client server error"]));
    linker.put_trace(&trace(&["a - CLIENT client other"]));
    assert_eq!(
        serde_json::to_string(&linker.links()).unwrap(),
        concat!(
            r#"[{"parent":"client","child":"other","callCount":1},"#,
            r#"{"parent":"client","child":"server","callCount":2,"errorCount":1}]"#
        )
    );
}
