//! Ids in log lines, in whatever format.

/// Texts that look like ids: 16 or 32 hex digits, or a UUID; the ids of traces only, where there are any of 32 digits.
pub fn in_line(line: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let runs = line.split(|c| !is_part(c));
    let ids: Vec<String> = runs.flat_map(in_run).collect();
    let long: Vec<String> = ids.iter().filter(|id| id.len() == 32).cloned().collect();
    if long.is_empty() { ids } else { long }
}

/// The ids in hex digits and dashes: each part that is one by itself, or all of it as a UUID.
fn in_run(run: &str) -> Vec<String> {
    let is_id = |part: &&str| matches!(part.len(), 16 | 32);
    let parts: Vec<String> = run.split('-').filter(is_id).map(str::to_lowercase).collect();
    let lengths: Vec<usize> = run.split('-').map(str::len).collect();
    if lengths == [8, 4, 4, 4, 12] {
        return vec![run.replace('-', "").to_lowercase()];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_any_format() {
        let long = "463ac35c9f6413ad48485a3953bb6124";
        for (line, ids) in [
            (
                format!("INFO [orders,{long},a2fb4a1d1a96d312,true] 4711 --- : getOrder 7"),
                vec![long],
            ),
            (
                format!(r#"{{"traceId":"{long}","timestamp":"2026-11-24T07:17:19.050Z"}}"#),
                vec![long],
            ),
            (format!("b3={long}-a2fb4a1d1a96d312-1"), vec![long]),
            (
                "463ac35c-9f64-13ad-4848-5a3953bb6124 getOrder 7".to_owned(),
                vec![long],
            ),
            (
                "id=a2fb4a1d1a96d312 getOrder 7".to_owned(),
                vec!["a2fb4a1d1a96d312"],
            ),
            ("INFO orders : getOrder 7".to_owned(), vec![]),
        ] {
            assert_eq!(in_line(&line), ids, "{line}");
        }
    }
}
