//! The contents of the store, for one who writes or many who read.

use std::{
    ops::Deref,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use super::{contents::Contents, index::Names};

/// The contents behind their lock, which is never held for longer than one batch or one segment takes.
pub struct Shared(RwLock<Contents>);

impl Shared {
    /// These contents.
    pub fn new(contents: Contents) -> Self {
        Self(RwLock::new(contents))
    }

    /// To read. Writers wait meanwhile.
    pub fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To write. All others wait meanwhile.
    pub fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names that the spans have, to read. Writers wait meanwhile.
    pub fn names(&self) -> impl Deref<Target = Names> {
        Reading(self.read())
    }
}

struct Reading<'a>(RwLockReadGuard<'a, Contents>);

impl Deref for Reading<'_> {
    type Target = Names;

    fn deref(&self) -> &Names {
        self.0.names()
    }
}
