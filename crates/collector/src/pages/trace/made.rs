//! Page and JSON of a stored trace. A page of a large one is kept from before where it can be; all else is laid out, off the
//! threads that answer.

use std::sync::Arc;

use zipkin::TraceId;

use super::{
    drawn::{self, Drawn},
    kept::Kept,
    standing::{self, Compared, Standing},
};
use crate::{
    Collector, ZipkinUi,
    error::Error,
    pages::{
        beside::beside,
        laid::{self, Laid},
        logs,
        reader::Reader,
        view::View,
    },
    store::{Spans, Store},
    work::{Asker, Gone, VAST, end_later},
};

/// A question for a trace, and its reader.
#[derive(Clone)]
pub struct Asked {
    pub reader: Reader,
    pub view: View,
    pub is_json: bool,
}

/// The main part of the page of a trace of so many bytes; nothing where the trace is gone.
pub async fn main(
    collector: &Collector,
    kept: &Kept,
    asked: &Asked,
    id: TraceId,
    bytes: usize,
) -> Result<Option<String>, Error> {
    let Some(drawn) = kept_or_drawn(collector, kept, asked, id, bytes).await? else {
        return Ok(None);
    };
    let standing = standing(collector, &drawn).await?;
    let standing = standing.map_or_else(String::new, |standing| {
        format!("<p class=\"standing\">{}</p>\n", standing.text(&asked.reader))
    });
    let lines = logs::section(&asked.reader, collector, id, None).await;
    Ok(Some(format!("{}{standing}{}{lines}", drawn.before, drawn.after)))
}

/// The JSON beside the page; nothing where the trace is gone, and an error where it is too large.
pub async fn json(
    collector: &Collector,
    asked: &Asked,
    id: TraceId,
    bytes: usize,
) -> Result<Option<Result<String, Error>>, Error> {
    let alone = collector.alone_if(bytes > VAST).await;
    let (asking, is_searched) = (asked.clone(), collector.config().search_enabled);
    let made = collector.work(move |store, asker| {
        let _alone = alone;
        let Some(spans) = store.trace(id) else {
            return Ok(None);
        };
        if !laid::fits(&spans) {
            return Ok(Some(Err(Error::NotLaidOut(id))));
        }
        let Some((laid, _)) = lay_out(&asking, &spans, is_searched, store, asker)? else {
            return Ok(None);
        };
        let compared = Compared::of(&laid).filter(|_| is_searched);
        let standing = match compared {
            Some(compared) => standing::standing(&compared, store, asker)?,
            None => None,
        };
        Ok(Some(Ok(drawn::json(&asking.view, &spans, &laid, standing))))
    });
    Ok(made.await?)
}

/// The page, kept from before or drawn; nothing where the trace is gone.
pub async fn kept_or_drawn(
    collector: &Collector,
    kept: &Kept,
    asked: &Asked,
    id: TraceId,
    bytes: usize,
) -> Result<Option<Arc<Drawn>>, Error> {
    let drawing = Drawing {
        asked: asked.clone(),
        words: words(asked, id),
        kept: kept.clone(),
        is_searched: collector.config().search_enabled,
        zipkin: collector.config().zipkin_ui_url.clone(),
    };
    let batches = collector.store().batches();
    let Some(spans) = collector.store().trace(id) else {
        return Ok(None);
    };
    if let Some(drawn) = drawing.kept(&spans, batches) {
        return Ok(Some(drawn));
    }
    drop(spans);
    let alone = collector.alone_if(bytes > VAST).await;
    let made = collector.work(move |store, asker| {
        let Some(spans) = store.trace(id) else {
            return Ok(None);
        };
        let batches = store.batches();
        // Somebody else may have waited for the same.
        if let Some(drawn) = drawing.kept(&spans, batches) {
            return Ok(Some(drawn));
        }
        drawing.draw(id, &spans, batches, alone, store, asker)
    });
    Ok(made.await?)
}

/// A page that somebody asks for.
struct Drawing {
    asked: Asked,
    /// The words by which it is found again; none where it is not kept.
    words: Option<String>,
    kept: Kept,
    is_searched: bool,
    zipkin: Option<ZipkinUi>,
}

impl Drawing {
    /// As it was drawn for somebody before.
    fn kept(&self, spans: &Spans, batches: u64) -> Option<Arc<Drawn>> {
        self.kept.find(spans, batches, self.words.as_deref()?)
    }

    /// Draws it, and keeps that of a large trace; nothing for no spans. A trace that does not fit is not laid out. The place of a
    /// vast trace is free when its memory is.
    fn draw(
        &self,
        id: TraceId,
        spans: &Spans,
        batches: u64,
        alone: impl Send + 'static,
        store: &Store,
        asker: &Asker,
    ) -> Result<Option<Arc<Drawn>>, Gone> {
        let Asked { reader, view, .. } = &self.asked;
        if !laid::fits(spans) {
            let drawn = Drawn {
                before: drawn::too_large(reader, id),
                after: String::new(),
                compared: None,
            };
            return Ok(Some(Arc::new(drawn)));
        }
        let Some((laid, looked_beside)) = lay_out(&self.asked, spans, self.is_searched, store, asker)? else {
            return Ok(None);
        };
        let drawn = Arc::new(drawn::page(reader, view, spans, &laid, self.zipkin.as_ref()));
        if spans.end() > VAST {
            if let Some(words) = &self.words {
                self.kept
                    .keep(spans, looked_beside.then_some(batches), words, &drawn);
            }
            end_later((laid, alone));
        }
        Ok(Some(drawn))
    }
}

/// The words by which a page is found again; none where it shows a mistake of its reader: the address of
/// [`View::query`] leaves it out.
fn words(asked: &Asked, id: TraceId) -> Option<String> {
    let Asked { reader, view, .. } = asked;
    let is_sound = view.wrong.is_empty();
    is_sound.then(|| format!("{} {} {id}{}", reader.root, reader.language.tag(), view.query()))
}

/// The trace laid out, and whether something was looked for beside it: halves of its calls in other traces, where some are
/// missing and can be searched for.
fn lay_out(
    asked: &Asked,
    spans: &Spans,
    is_searched: bool,
    store: &Store,
    asker: &Asker,
) -> Result<Option<(Laid, bool)>, Gone> {
    let mut looked_beside = false;
    let known = |trace: &zipkin::Waterfall| {
        let found = match is_searched {
            true => beside(trace, store, asker)?,
            false => None,
        };
        looked_beside = found.is_some();
        Ok(found.unwrap_or_default())
    };
    let laid = Laid::of(spans, known, asked.reader.language.into(), asker)?;
    Ok(laid.map(|laid| (laid, looked_beside)))
}

async fn standing(collector: &Collector, drawn: &Arc<Drawn>) -> Result<Option<Standing>, Error> {
    if drawn.compared.is_none() || !collector.config().search_enabled {
        return Ok(None);
    }
    let drawn = Arc::clone(drawn);
    let standing = collector.work(move |store, asker| match &drawn.compared {
        Some(compared) => standing::standing(compared, store, asker),
        None => Ok(None),
    });
    Ok(standing.await?)
}
