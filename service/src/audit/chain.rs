//! The hash chain: each line contains the SHA-256 of the line before it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// The SHA-256 of a line, without its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hash(pub(super) [u8; 32]);

impl Hash {
    pub(super) fn of(line: &[u8]) -> Self {
        Self(Sha256::digest(line).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Hash {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(());
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| ())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| ())?;
        }
        Ok(Self(bytes))
    }
}

/// The end of the chain: the number of its last line, and that line's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) seq: u64,
    pub(super) hash: Hash,
}

impl Link {
    /// The end of an empty chain.
    pub(super) const NONE: Self = Self {
        seq: 0,
        hash: Hash([0; 32]),
    };
}

#[derive(Serialize)]
struct Line<'a, E> {
    seq: u64,
    prev: String,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_from: Option<u64>,
    #[serde(flatten)]
    event: &'a E,
}

/// The fields of a line that verification needs.
#[derive(Debug, Deserialize)]
pub(super) struct ParsedLine {
    pub(super) seq: u64,
    pub(super) prev: String,
    pub(super) event: String,
    /// Only in the first line of a file that follows another one: the first event that the log held
    /// when this file was started. A log whose earlier files were removed must begin with such a line.
    pub(super) kept_from: Option<u64>,
}

/// The line of an event, without its line break, and the new end of the chain. `kept_from` as in
/// [`ParsedLine`].
pub(super) fn line(
    end: Link,
    event: &impl Serialize,
    kept_from: Option<u64>,
) -> Result<(String, Link), serde_json::Error> {
    let seq = end.seq + 1;
    let line = serde_json::to_string(&Line {
        seq,
        prev: end.hash.to_string(),
        time: now(),
        kept_from,
        event,
    })?;
    let hash = Hash::of(line.as_bytes());
    Ok((line, Link { seq, hash }))
}

/// The current time in RFC 3339, UTC.
fn now() -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}
