//! Output as bytes, text or JSON.

use base64ct::{Base64, Encoding as _};
/// Returns a name in the form for messages.
pub(crate) use parsec_client::shown as printable;
use parsec_client::{Zeroizing, escaped};
use serde_json::Value;

use crate::args::{BytesForm, BytesFormat, To};
use crate::failure::Failure;
pub(crate) use crate::sink::Readers;
use crate::sink::{refuse_binary, write};

/// Prints JSON.
pub(crate) fn json(value: &Value) -> Result<(), Failure> {
    json_to(value, &To { output: None }, Readers::Everyone)
}

/// Writes JSON to the selected destination.
pub(crate) fn json_to(value: &Value, to: &To, readers: Readers) -> Result<(), Failure> {
    text(&Zeroizing::new(format!("{value:#}\n")), to, readers)
}

/// Prints JSON that already contains the failure, and returns that.
pub(crate) fn json_with(value: &Value, failure: Failure) -> Failure {
    match json(value) {
        Ok(()) => Failure::Reported(Box::new(failure)),
        Err(error) => error,
    }
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
            .map(|cell| escaped(cell).chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let aligned = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{:<width$}", escaped(cell)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines(&rows.iter().map(aligned).collect::<Vec<_>>())
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
    refuse_binary(to)?;
    write(bytes, to, readers)
}
