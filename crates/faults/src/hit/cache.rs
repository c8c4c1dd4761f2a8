//! Bodies that were kept, by URL.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Bodies by URL. One that is full forgets all.
#[derive(Debug, Default)]
pub struct Cache(Mutex<HashMap<String, Vec<u8>>>);

/// Bodies that are kept at most.
const MOST: usize = 100;

impl Cache {
    /// The body that was put here for this URL.
    pub fn get(&self, url: &str) -> Option<Vec<u8>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(url).cloned()
    }

    /// Keeps a body.
    pub fn put(&self, url: &str, body: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(url.to_owned(), body.to_vec());
    }
}
