//! The file of expectations.

use std::{
    fs,
    io::{self, Read as _},
};

use expect::File;

/// More is not read; a file of expectations is at most as long.
const LONGEST: u64 = (1 << 20) + 1;

/// Reads the file at this path.
pub fn read(path: &str) -> Result<File, String> {
    let text = text(path).map_err(|error| format!("the file cannot be read: {error}"))?;
    File::read(&text).map_err(|error| {
        format!("{error}\n\n`hop assert --schema` describes the format, and --help has an example")
    })
}

fn text(path: &str) -> io::Result<String> {
    let mut text = String::new();
    if path == "-" {
        io::stdin().take(LONGEST).read_to_string(&mut text)?;
    } else {
        fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    }
    Ok(text)
}
