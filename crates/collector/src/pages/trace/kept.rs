//! Pages of large traces for who comes again, or comes from another tab: as long as the trace is as it was. No span is kept for it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::drawn::Drawn;
use crate::{
    pages::language::Language,
    store::{Spans, Version},
};

/// More pages are not kept; of a large trace, one is some 200 kB.
const MAX_PAGES: usize = 16;

/// A longer page, of long names, is not kept.
const MAX_BYTES: usize = 1 << 20;

/// The latest pages.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Latest>>);

#[derive(Default)]
struct Latest {
    pages: VecDeque<Page>,
    language: Language,
}

struct Page {
    version: Version,
    /// Batches that the store had taken, where the page says something of other traces, too.
    batches: Option<u64>,
    asked: String,
    drawn: Arc<Drawn>,
}

impl Kept {
    /// The language of the latest reader.
    pub fn language(&self) -> Language {
        self.latest().language
    }

    /// A reader has come.
    pub fn is_read_in(&self, language: Language) {
        self.latest().language = language;
    }

    /// The page of these spans that was asked for in the same words; of one that says something of other traces, no batch came since.
    pub fn find(&self, spans: &Spans, batches: u64, asked: &str) -> Option<Arc<Drawn>> {
        let latest = self.latest();
        let mut pages = latest.pages.iter();
        let is_same =
            |page: &&Page| page.batches.is_none_or(|then| then == batches) && page.version.is_of(spans);
        let page = pages.find(|page| page.asked == asked && is_same(page))?;
        Some(Arc::clone(&page.drawn))
    }

    /// Keeps a page in place of the oldest.
    pub fn keep(&self, spans: &Spans, batches: Option<u64>, asked: &str, drawn: &Arc<Drawn>) {
        if drawn.before.len() + drawn.after.len() > MAX_BYTES {
            return;
        }
        let pages = &mut self.latest().pages;
        // One of what the trace was before is of no use any more.
        pages.retain(|page| page.asked != asked);
        pages.truncate(MAX_PAGES - 1);
        pages.push_front(Page {
            version: Version::of(spans),
            batches,
            asked: asked.to_owned(),
            drawn: Arc::clone(drawn),
        });
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use zipkin::{Span, SpanId, TraceId};

    use super::*;
    use crate::{Config, store::Store};

    fn drawn(text: &str) -> Arc<Drawn> {
        Arc::new(Drawn {
            before: text.to_owned(),
            after: String::new(),
            compared: None,
        })
    }

    #[test]
    fn a_page_is_kept_as_long_as_its_trace_is_the_same() {
        let (store, kept, id) = (Store::new(&Config::default()), Kept::default(), TraceId::new(1));
        let has = |words: &str| {
            let spans = store.trace(id).unwrap();
            kept.find(&spans, 7, words).map(|drawn| drawn.before.clone())
        };
        store.add(vec![Span::new(id, SpanId::new(1))]);
        kept.keep(&store.trace(id).unwrap(), None, "en", &drawn("in English"));
        kept.keep(&store.trace(id).unwrap(), Some(6), "beside", &drawn(""));
        assert_eq!(has("beside"), None);
        assert_eq!((has("en"), has("ko")), (Some("in English".to_owned()), None));
        store.add(vec![Span::new(id, SpanId::new(2))]);
        assert_eq!(has("en"), None);
    }

    #[test]
    fn few_pages_are_kept_and_no_long_one() {
        let (store, kept, id) = (Store::new(&Config::default()), Kept::default(), TraceId::new(1));
        store.add(vec![Span::new(id, SpanId::new(1))]);
        let spans = store.trace(id).unwrap();
        kept.keep(&spans, None, "long", &drawn(&"x".repeat(MAX_BYTES + 1)));
        assert!(kept.find(&spans, 0, "long").is_none());
        for words in 0..=MAX_PAGES {
            kept.keep(&spans, None, &words.to_string(), &drawn(""));
        }
        assert!(kept.find(&spans, 0, "0").is_none() && kept.find(&spans, 0, "1").is_some());
    }
}
