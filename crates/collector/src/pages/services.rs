//! The services of a trace, each in its colour.

use zipkin::TraceId;

use super::{markup, reader::Reader};

/// As many as the stylesheet has; beyond them services share one, and are told apart by their names.
const COLOURS: u64 = 12;

/// The class of a service's colour, which is the same in every view: it comes of the name alone (FNV-1a).
pub fn colour(service: &str) -> String {
    if service.is_empty() {
        return "none".into();
    }
    let hash = service.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("c{}", hash % COLOURS)
}

/// The names of the first `limit` services, and how many more there are.
pub fn chips(reader: &Reader, names: &[String], all: usize, limit: usize, id: TraceId) -> String {
    let mut chips: String = names.iter().take(limit).map(|name| chip(name)).collect();
    let left_out = all.saturating_sub(limit.min(names.len()));
    if left_out > 0 {
        let more = reader.fill("and {count} more, in its JSON", &[("count", &left_out)]);
        chips += &format!(r#"<a href="{}api/v2/trace/{id}">{more}</a>"#, reader.root);
    }
    chips
}

/// The name of one, beside its colour.
pub fn chip(name: &str) -> String {
    format!(
        r#"<span class="chip {}">{}</span> "#,
        colour(name),
        markup::name(name)
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_services_of_the_demo_have_different_colours() {
        let colours = ["gateway", "orders", "inventory"].map(colour);
        assert_eq!(colours.iter().collect::<HashSet<_>>().len(), 3, "{colours:?}");
    }
}
