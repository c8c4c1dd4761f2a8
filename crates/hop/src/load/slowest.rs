//! The slowest requests, each with the answer of its trace.

use std::time::Instant;

use load::{Report, Slow};
use zipkin::{Language, analysis::analyse};

use super::arrivals::Arrivals;
use crate::{
    arrival::nothing_at,
    screen::waiting_in,
    stored::{DEADLINE, POLL, Stored},
    whole::{self, Expected},
};

/// A slow request, and where its time went.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The request.
    pub slow: &'a Slow,
    /// The analysis' answer, or the reason why there is none.
    pub answer: String,
    /// Nothing more will come of it.
    is_whole: bool,
}

/// Asks for the traces until all are whole, their time is up, or none of the server's spans come.
pub async fn explained<'a>(
    report: &'a Report,
    stored: &Stored,
    arrivals: &mut Arrivals,
    language: Language,
) -> Vec<Explained<'a>> {
    let mut all: Vec<Explained<'a>> = report
        .slowest
        .iter()
        .map(|slow| Explained::unasked(slow, language))
        .collect();
    let asked = async {
        let since = Instant::now();
        while look(&mut all, stored, language).await && since.elapsed() < DEADLINE {
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = arrivals.none_come() => break,
            }
        }
    };
    waiting_in(
        language,
        "the traces of the slowest",
        "가장 느린 요청의 트레이스",
        asked,
    )
    .await;
    all
}

/// Looks at those that are not whole, and says whether to look again. The first one says why traces cannot be asked for.
async fn look(all: &mut [Explained<'_>], stored: &Stored, language: Language) -> bool {
    for explained in all.iter_mut().filter(|explained| !explained.is_whole) {
        if let Err(error) = explained.look(stored, language).await {
            explained.answer = format!("{error:#}");
            return false;
        }
    }
    all.iter().any(|explained| !explained.is_whole)
}

impl<'a> Explained<'a> {
    fn unasked(slow: &'a Slow, language: Language) -> Self {
        let answer = match (slow.trace_id, language) {
            (Some(_), _) => "",
            (None, Language::English) => "the answer names no trace",
            (None, Language::Korean) => "응답에 트레이스 id가 없습니다",
        }
        .to_owned();
        let is_whole = slow.trace_id.is_none();
        Self {
            slow,
            answer,
            is_whole,
        }
    }

    async fn look(&mut self, stored: &Stored, language: Language) -> anyhow::Result<()> {
        let Some(id) = self.slow.trace_id else {
            return Ok(());
        };
        let trace = stored.trace(id).await?;
        let Some(trace) = trace else {
            self.answer = nothing_at(stored, language);
            return Ok(());
        };
        let expected = Expected {
            language,
            ..Expected::default()
        };
        let missing = whole::missing(&trace, &expected);
        let answer = analyse(&trace).in_language(language).answer;
        self.is_whole = missing.is_none();
        self.answer = match missing {
            Some(missing) => format!("{answer} ({missing})"),
            None => answer,
        };
        Ok(())
    }
}
