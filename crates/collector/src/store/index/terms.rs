//! Terms of spans and of a query, as hashes for a filter. A filter that lacks a term that the
//! query has lacks the traces, too; one that has them all proves nothing: `Query::matches` decides.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use zipkin::{Query, Searched as _};

use crate::store::{packed::PackedSpan, position::low};

/// Something that is true of a span, its texts as bytes.
#[derive(Hash)]
enum Term<'a> {
    IsThere,
    Calls(&'a [u8]),
    Named(&'a [u8]),
    /// A tag's key or an event, which a search does not tell apart.
    Has(&'a [u8]),
    /// The hash of a tag's key, which is one of the span's terms by itself, and its value.
    Tagged(u64, &'a [u8]),
    /// As [`bucket`] rounds it.
    Took(u64),
}

/// Makes terms hashes that nobody outside can foresee.
#[derive(Clone, Default)]
pub struct Terms {
    hasher: RandomState,
}

/// The terms of a query: without one of these, the traces of a filter are not found.
pub struct QueryTerms {
    all: Vec<u64>,
    /// The hashes of all durations in question, by bucket; empty when any will do.
    durations: Vec<(u64, u64)>,
}

impl Terms {
    /// The terms of a span: once with its service, and once for queries that name none.
    pub fn each(&self, span: &PackedSpan<'_>, mut found: impl FnMut(u64)) {
        let service = self.service(span.packed_service());
        let mut add = |term| {
            let hash = self.hasher.hash_one(term);
            found(of_service(hash, ANY));
            if service != ANY {
                found(of_service(hash, service));
            }
            hash
        };
        add(Term::IsThere);
        add(Term::Took(bucket(span.duration().unwrap_or_default())));
        span.packed_remote_service().map(Term::Calls).map(&mut add);
        span.packed_name().map(Term::Named).map(&mut add);
        for (_, event) in span.annotations() {
            add(Term::Has(event));
        }
        for (key, value) in span.tags() {
            let key = add(Term::Has(key));
            add(Term::Tagged(key, value));
        }
    }

    /// The terms of a query.
    pub fn of_query(&self, query: &Query) -> QueryTerms {
        let service = self.service(bytes(query.service_name.as_ref()));
        let hash = |term| of_service(self.hasher.hash_one(term), service);
        let mut all = Vec::new();
        all.extend(
            bytes(query.remote_service_name.as_ref())
                .map(Term::Calls)
                .map(hash),
        );
        all.extend(bytes(query.span_name.as_ref()).map(Term::Named).map(hash));
        let conditions = query.annotation_query.iter();
        all.extend(conditions.map(|(key, value)| {
            let has_key = Term::Has(key.as_bytes());
            match value.as_bytes() {
                b"" => hash(has_key),
                value => hash(Term::Tagged(self.hasher.hash_one(has_key), value)),
            }
        }));
        if all.is_empty() {
            // Every other term is one of the service, too: where it is, the service is.
            all.push(hash(Term::IsThere));
        }
        let durations = query.min_duration.map_or_else(Vec::new, |shortest| {
            let longest = query.max_duration.unwrap_or(u64::MAX);
            let buckets = bucket(shortest)..=bucket(longest);
            buckets.map(|bucket| (bucket, hash(Term::Took(bucket)))).collect()
        });
        QueryTerms { all, durations }
    }

    fn service(&self, name: Option<&[u8]>) -> u64 {
        name.map_or(ANY, |name| self.hasher.hash_one(name) | 1)
    }
}

impl QueryTerms {
    /// Whether a filter may have the terms of the query, by the hashes of terms; no span of its traces took longer than `longest`.
    pub fn may_be_in(&self, longest: u64, may_have: impl Fn(u64) -> bool) -> bool {
        let longest = bucket(longest);
        let mut in_question = self.durations.iter().take_while(|(bucket, _)| *bucket <= longest);
        // Most often no span took long enough, which needs no look at the filter.
        (self.durations.is_empty() || in_question.any(|&(_, hash)| may_have(hash)))
            && self.all.iter().all(|&hash| may_have(hash))
    }
}

fn bytes(text: Option<&String>) -> Option<&[u8]> {
    text.map(String::as_bytes)
}

/// No service in particular: the hash of one that has a name is odd.
const ANY: u64 = 0;

/// The same term of another service is another term.
fn of_service(term: u64, service: u64) -> u64 {
    mixed(term, service)
}

/// The same term of another trace is another one, too. Were it not, a term that nobody has and whose bits all traces have set for
/// what all of them have would be looked for in each.
pub fn of_trace(term: u64, key: u128) -> u64 {
    mixed(term, low(key))
}

fn mixed(term: u64, other: u64) -> u64 {
    /// Any odd number without a pattern spreads the bits.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = u128::from(term ^ other.rotate_left(32)) * u128::from(SPREAD);
    product as u64 ^ (product >> 64) as u64
}

/// Rounds a duration down to one of four steps from each power of two to the next.
fn bucket(duration: u64) -> u64 {
    let bits = u64::from(duration.checked_ilog2().unwrap_or_default());
    let step = if bits < 2 {
        duration & 1
    } else {
        duration >> (bits - 2) & 3
    };
    bits * 4 + step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_in_the_order_of_durations() {
        let durations = (0..1000).chain([u64::MAX / 2, u64::MAX]);
        let buckets: Vec<u64> = durations.map(bucket).collect();
        assert!(buckets.is_sorted(), "{buckets:?}");
        assert_ne!(bucket(500_000), bucket(600_000));
    }
}
