//! Writing data: to standard output or a file, as bytes, text or JSON.

use std::borrow::Cow;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

use base64ct::{Base64, Encoding as _};
use parsec_client::Zeroizing;
use serde_json::Value;

use crate::args::{BytesFormat, To};
use crate::failure::Failure;

/// Who may read a file that is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    Everyone,
    Owner,
}

/// Prints JSON, a value a line.
pub(crate) fn json(value: &Value) -> Result<(), Failure> {
    text(
        &format!("{value:#}\n"),
        &To { output: None },
        Readers::Everyone,
    )
}

/// So many keys, in words.
pub(crate) fn keys(count: usize) -> String {
    match count {
        1 => "1 key".to_owned(),
        _ => format!("{count} keys"),
    }
}

/// Prints lines for people and scripts.
pub(crate) fn lines(lines: &[String]) -> Result<(), Failure> {
    let all: String = lines.iter().map(|line| format!("{line}\n")).collect();
    text(&all, &To { output: None }, Readers::Everyone)
}

/// Prints a script, even to a terminal.
pub(crate) fn script(bytes: &[u8]) -> Result<(), Failure> {
    write(bytes, &To { output: None }, Readers::Everyone)
}

/// Prints columns, aligned, without trailing spaces.
pub(crate) fn table(rows: &[Vec<String>]) -> Result<(), Failure> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| printable(cell).chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let aligned = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{:<width$}", printable(cell)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines(&rows.iter().map(aligned).collect::<Vec<_>>())
}

/// A name may hold anything, and a terminal obeys what it is sent.
pub(crate) fn printable(name: &str) -> Cow<'_, str> {
    if name.contains(char::is_control) {
        name.escape_debug().to_string().into()
    } else {
        name.into()
    }
}

/// Writes text that ends in a line break.
pub(crate) fn text(text: &str, to: &To, readers: Readers) -> Result<(), Failure> {
    write(text.as_bytes(), to, readers)
}

/// Writes bytes in a format.
pub(crate) fn bytes(
    bytes: &[u8],
    format: BytesFormat,
    to: &To,
    readers: Readers,
) -> Result<(), Failure> {
    match format {
        BytesFormat::Hex => {
            let line = Zeroizing::new(hex::encode(bytes) + "\n");
            text(&line, to, readers)
        }
        BytesFormat::Base64 => {
            let line = Zeroizing::new(Base64::encode_string(bytes) + "\n");
            text(&line, to, readers)
        }
        BytesFormat::Raw => binary(bytes, to, readers),
    }
}

/// Writes bytes as they are; a terminal is spared them.
pub(crate) fn binary(bytes: &[u8], to: &To, readers: Readers) -> Result<(), Failure> {
    if to.file().is_none() && io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "this is binary, and standard output is a terminal: redirect it, give --output FILE, \
             or choose --format base64"
                .to_owned(),
        ));
    }
    write(bytes, to, readers)
}

fn write(bytes: &[u8], to: &To, readers: Readers) -> Result<(), Failure> {
    let Some(path) = to.file() else {
        let mut out = io::stdout().lock();
        return out
            .write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(|error| Failure::file("write to", "standard output", &error));
    };
    write_file(bytes, path, readers).map_err(|error| Failure::file("write", path, &error))
}

fn write_file(bytes: &[u8], path: &str, readers: Readers) -> io::Result<()> {
    let mode = match readers {
        Readers::Everyone => 0o644,
        Readers::Owner => 0o600,
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)?;
    // One that was there already has kept its mode; a pipe or a device is its owner's business.
    if readers == Readers::Owner && file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    file.write_all(bytes)
}
