//! The reader of a page: the language, and the address.

use std::{convert::Infallible, fmt::Display};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use zipkin::words::{self, Words};

use super::language::Language;
use crate::{
    params::Params,
    root::{Asked, Root},
};

/// The cookie that remembers a language.
pub const COOKIE: &str = "lang";

/// The reader of a page.
#[derive(Clone)]
pub struct Reader {
    /// The way to the collector's root.
    pub root: Root,
    /// The language of `?lang=`, of the cookie or of `Accept-Language`, in this order.
    pub language: Language,
    /// The file that the page is of, if it is not of the live traces.
    pub apart: Option<Apart>,
    here: String,
}

/// A file apart from the live traces.
#[derive(Clone, Copy)]
pub struct Apart {
    /// Until when it is kept, in microseconds since the epoch.
    pub until: u64,
}

impl Reader {
    /// Somebody who comes to a page of the traces one day.
    pub fn of_traces(language: Language) -> Self {
        Self {
            root: Root::BELOW_ONE,
            language,
            apart: None,
            here: String::new(),
        }
    }

    /// A message in the reader's language.
    pub fn say(&self, english: &'static str) -> &'static str {
        self.language.say(english)
    }

    /// A message with `{names}` in it, and a value for each.
    pub fn fill(&self, english: &'static str, values: &[(&str, &dyn Display)]) -> String {
        self.language.fill(english, values)
    }

    /// The same, of JSON: programs know English.
    pub fn for_a_program(&self) -> Self {
        let language = Language::English;
        Self {
            language,
            ..self.clone()
        }
    }

    /// The words of the analysis.
    pub fn words(&self) -> &'static Words {
        zipkin::Language::from(self.language).words()
    }

    /// A duration in words.
    pub fn duration(&self, micros: u64) -> String {
        words::duration_in(micros, self.language.into())
    }

    /// The address of the page, from the root, as the browser has it: `traces/abc?x=1`.
    pub fn here(&self) -> &str {
        &self.here
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let root = Root::from_request_parts(parts, state).await?;
        let params = Params::from_request_parts(parts, state).await?;
        let asked = parts.extensions.get::<Asked>();
        let uri = asked.map_or(&parts.uri, |Asked(uri)| uri);
        let here = uri.path_and_query().map_or("", |whole| whole.as_str());
        let language = params.get("lang").and_then(Language::of_tag);
        let language = language.or_else(|| of_cookie(&parts.headers));
        let language = language.or_else(|| accepted(&parts.headers));
        Ok(Self {
            apart: parts.extensions.get::<Apart>().copied(),
            root,
            language: language.unwrap_or_default(),
            here: here.strip_prefix('/').unwrap_or(here).to_owned(),
        })
    }
}

fn of_cookie(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut cookies = cookies.filter_map(|cookies| cookies.to_str().ok());
    cookies.find_map(|cookies| {
        let mut pairs = cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().split_once('='));
        pairs.find_map(|(name, value)| Language::of_tag(value).filter(|_| name == COOKIE))
    })
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    Language::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}
