//! Output as bytes, text or JSON.

use std::borrow::Cow;

use base64ct::{Base64, Encoding as _};
use parsec_client::Zeroizing;
use serde_json::Value;

use crate::args::{BytesForm, BytesFormat, To};
use crate::failure::Failure;
pub(crate) use crate::sink::Readers;
use crate::sink::{refuse_terminal, write};

/// Prints JSON, one value per line.
pub(crate) fn json(value: &Value) -> Result<(), Failure> {
    text(
        &format!("{value:#}\n"),
        &To { output: None },
        Readers::Everyone,
    )
}

/// Returns a count with its noun, in the singular or plural.
pub(crate) fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
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

/// Escapes control characters: a name may contain any, and a terminal would execute them.
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

/// Writes bytes in the selected format.
pub(crate) fn bytes(bytes: &[u8], form: &BytesForm, readers: Readers) -> Result<(), Failure> {
    encoded(bytes, form.format, &form.to, readers)
}

/// Writes bytes in a format.
pub(crate) fn encoded(
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

/// Writes raw bytes, but not to a terminal.
pub(crate) fn binary(bytes: &[u8], to: &To, readers: Readers) -> Result<(), Failure> {
    refuse_terminal(
        to,
        "redirect it, give --output FILE, or choose --format base64",
    )?;
    write(bytes, to, readers)
}
