//! Lists in settings.

/// Items with commas between; spaces around them, and commas too many, do no harm.
pub(crate) fn list<T, E>(text: &str, item: impl Fn(&str) -> Result<T, E>) -> Result<Vec<T>, E> {
    let items = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    items.map(item).collect()
}
