//! Objects and lists, field by field and item by item. A field that is `null` is one that is not there.

use crate::decode::json::{Reader, Wrong};

/// A reader of a field of the next object, if that has it.
pub fn find<'a>(reader: &Reader<'a>, name: &str) -> Result<Option<Reader<'a>>, Wrong> {
    let mut ahead = reader.clone();
    ahead.open_object()?;
    while let Some(key) = ahead.key()? {
        if key == name && !ahead.null()? {
            return Ok(Some(ahead));
        }
        if key != name {
            ahead.skip()?;
        }
    }
    Ok(None)
}

/// Hands on each field of an object that has a value.
pub fn fields<'a>(
    reader: &mut Reader<'a>,
    mut field: impl FnMut(&str, &mut Reader<'a>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    reader.open_object()?;
    while let Some(key) = reader.key()? {
        if !reader.null()? {
            field(&key, reader)?;
        }
    }
    Ok(())
}

/// Hands on each item of a list.
pub fn items<'a>(
    reader: &mut Reader<'a>,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    reader.open_list()?;
    while reader.item()? {
        item(reader)?;
    }
    Ok(())
}
