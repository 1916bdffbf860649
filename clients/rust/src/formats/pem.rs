//! PEM (RFC 7468), as tolerant as people's files require: any line length, indentation, blank lines,
//! headers, and text around the blocks.

use base64ct::{Base64, Encoding as _};
use parsec_contracts::Zeroizing;

use super::refusal::malformed;
use crate::error::Result;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// A block of a PEM file, not yet decoded.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) label: &'a str,
    /// The number of its first line.
    pub(super) line: usize,
    body: &'a str,
}

/// Returns whether the text has a block.
pub(super) fn is_pem(text: &str) -> bool {
    text.contains(BEGIN)
}

/// Finds the blocks of a text.
///
/// # Errors
///
/// An error with the line if a block has no end, or another one's.
pub(super) fn blocks(text: &str) -> Result<Vec<Block<'_>>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(BEGIN) {
        let begin = at + found;
        let line = line_of(text, begin);
        let label = label(&text[begin + BEGIN.len()..])
            .ok_or_else(|| malformed(format_args!("has an incomplete BEGIN line, line {line}")))?;
        let body = begin + BEGIN.len() + label.len() + DASHES.len();
        let end = text[body..].find(END).map(|found| body + found);
        let next = text[body..].find(BEGIN).map(|found| body + found);
        let Some(end) = end.filter(|end| next.is_none_or(|next| *end < next)) else {
            return Err(malformed(format_args!(
                "has no END line for the block {} of line {line}: it is cut off",
                label.trim()
            )));
        };
        let after = &text[end + END.len()..];
        let ends = self::label(after).ok_or_else(|| {
            let line = line_of(text, end);
            malformed(format_args!("has an incomplete END line, line {line}"))
        })?;
        if ends.trim() != label.trim() {
            return Err(malformed(format_args!(
                "has a block that begins as {} in line {line} and ends as {} in line {}",
                label.trim(),
                ends.trim(),
                line_of(text, end)
            )));
        }
        blocks.push(Block {
            label: label.trim(),
            line,
            body: &text[body..end],
        });
        at = end + END.len() + ends.len() + DASHES.len();
    }
    Ok(blocks)
}

/// Returns the label before the dashes, which must be on the same line.
fn label(text: &str) -> Option<&str> {
    const LONGEST: usize = 64;
    let label = &text[..text.find(DASHES)?];
    (label.len() <= LONGEST && !label.contains(['\n', '\r'])).then_some(label)
}

/// Returns the number of the line with this position.
fn line_of(text: &str, at: usize) -> usize {
    1 + breaks(&text[..at])
}

/// Counts line breaks: LF, CR LF, or CR.
fn breaks(text: &str) -> usize {
    let text = text.as_bytes();
    let is_break = |(at, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    text.iter()
        .enumerate()
        .filter(|each| is_break(*each))
        .count()
}

impl Block<'_> {
    /// Returns whether the block is encrypted in the format that preceded PKCS #8 (RFC 1421).
    pub(super) fn is_legacy_encrypted(&self) -> bool {
        self.headers()
            .any(|(name, value)| name == "Proc-Type" && value.ends_with("ENCRYPTED"))
    }

    fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let (headers, _) = self.parts();
        headers
            .split(['\n', '\r'])
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim(), value.trim()))
    }

    /// Returns the headers and the Base64. Headers end with a blank line or the first line without
    /// a colon.
    fn parts(&self) -> (&str, &str) {
        let mut end = 0;
        for line in self.body.split_inclusive(['\n', '\r']) {
            if !line.contains(':') && !line.trim().is_empty() {
                break;
            }
            end += line.len();
        }
        self.body.split_at(end)
    }

    /// Decodes the Base64.
    ///
    /// # Errors
    ///
    /// An error with the line of a character that is not Base64, or if characters are missing.
    pub(super) fn decode(&self) -> Result<Zeroizing<Vec<u8>>> {
        let (headers, body) = self.parts();
        let first = self.line + breaks(headers);
        let mut text = Zeroizing::new(String::with_capacity(body.len()));
        let mut rest = body.char_indices();
        while let Some((at, character)) = rest.next() {
            match character {
                'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' | '=' => text.push(character),
                _ if character.is_whitespace() => {}
                // Environment variables and JSON often have line breaks in this form.
                '\\' if body[at..].starts_with("\\n") || body[at..].starts_with("\\r") => {
                    rest.next();
                }
                _ => {
                    return Err(malformed(format_args!(
                        "has a character that is not Base64 in line {}",
                        first + breaks(&body[..at])
                    )));
                }
            }
        }
        if text.is_empty() {
            return Err(malformed(format_args!(
                "has an empty block {} in line {}",
                self.label, self.line
            )));
        }
        Base64::decode_vec(&text).map(Zeroizing::new).map_err(|_| {
            malformed(format_args!(
                "has a block {} in line {} whose Base64 is damaged or cut off",
                self.label, self.line
            ))
        })
    }
}
