//! A panic where telemetry is to leave the hook alone. One test, because a process has one hook.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use telemetry::{
    Config, PanicHook, Telemetry,
    sink::{EndedSpan, Sink},
};

/// The `error` tags of spans.
#[derive(Default)]
struct Errors(Mutex<Vec<Option<String>>>);

impl Sink for Errors {
    fn end(&self, span: &EndedSpan<'_>) {
        let error = span.tag("error").map(|value| value.to_string());
        self.0.lock().unwrap().push(error);
    }
}

fn panic_in_a_span() {
    let work = || tracing::info_span!("work").in_scope(|| panic!("on purpose"));
    std::thread::spawn(work).join().unwrap_err();
}

#[test]
fn an_untouched_hook_is_called_alone_and_another_is_replaced() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    std::panic::set_hook(Box::new(move |_| _ = counted.fetch_add(1, Relaxed)));

    let mut config = Config::default();
    config.panic_hook = PanicHook::Untouched;
    let errors = Arc::new(Errors::default());
    let _telemetry = Telemetry::start_with_sink("tested", &config, errors.clone()).unwrap();
    panic_in_a_span();
    assert_eq!(calls.load(Relaxed), 1);
    assert_eq!(*errors.0.lock().unwrap(), [None]);

    PanicHook::LineAndPrevious.install();
    panic_in_a_span();
    assert_eq!(calls.load(Relaxed), 2);
    PanicHook::Line.install();
    panic_in_a_span();
    assert_eq!(calls.load(Relaxed), 2);
    let said = errors.0.lock().unwrap()[2].clone().unwrap();
    assert!(said.contains("on purpose"), "{said}");
}
