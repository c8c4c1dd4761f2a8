//! Lines about a damaged file.

use std::{ops::Range, path::Path};

/// Damaged places of a file that are said one by one.
const DAMAGES_SAID: usize = 10;

/// Which bytes of a file could not be read, and what becomes of it.
pub fn text(path: &Path, damaged: &[Range<usize>]) -> String {
    let places: Vec<String> = damaged.iter().take(DAMAGES_SAID).map(place).collect();
    let more = damaged.len().saturating_sub(DAMAGES_SAID);
    let more = if more > 0 {
        format!(", and {more} more places")
    } else {
        String::new()
    };
    format!(
        "{} (DATA_DIR) is damaged at {}{more}: what could be read is kept. The file is read at each start, and \
         takes room until you remove it",
        path.display(),
        places.join(", "),
    )
}

fn place(damaged: &Range<usize>) -> String {
    if damaged.is_empty() {
        format!("byte {}, where batches are missing", damaged.start)
    } else {
        format!("bytes {} to {}", damaged.start, damaged.end - 1)
    }
}
