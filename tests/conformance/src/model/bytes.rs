//! Bytes and texts of a step.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// Values saved by earlier steps.
pub type Saved = BTreeMap<String, Vec<u8>>;

/// Bytes: hexadecimal, a saved value, or a pattern.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
pub enum Bytes {
    /// Literal bytes.
    Literal(Vec<u8>),
    /// The value that an earlier step saved under this name.
    Saved(String),
}

/// The text form of [`Bytes`].
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Text(#[schemars(regex(pattern = r"^(\$[a-z0-9-]+|([0-9a-f]{2})*)$"))] String),
    Pattern(Pattern),
}

/// Repeated bytes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Pattern {
    /// Hexadecimal.
    #[schemars(regex(pattern = r"^([0-9a-f]{2})+$"))]
    repeat: String,
    /// Number of repetitions.
    times: usize,
}

impl TryFrom<Written> for Bytes {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let literal = |text: &str| hex::decode(text).map_err(|error| format!("{text:?}: {error}"));
        Ok(match written {
            Written::Text(text) => match text.strip_prefix('$') {
                Some(name) => Self::Saved(name.to_owned()),
                None => Self::Literal(literal(&text)?),
            },
            Written::Pattern(Pattern { repeat, times }) => {
                Self::Literal(literal(&repeat)?.repeat(times))
            }
        })
    }
}

impl Bytes {
    /// Returns the bytes.
    ///
    /// # Errors
    ///
    /// If no step has saved them.
    pub fn get<'a>(&'a self, saved: &'a Saved) -> Result<&'a [u8], String> {
        match self {
            Self::Literal(bytes) => Ok(bytes),
            Self::Saved(name) => kept(saved, name),
        }
    }
}

/// A key in PEM: literal text, or a saved value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Pem(String);

impl Pem {
    /// Returns the text.
    ///
    /// # Errors
    ///
    /// If no step has saved it, or the saved value is not text.
    pub fn get(&self, saved: &Saved) -> Result<String, String> {
        match self.0.strip_prefix('$') {
            None => Ok(self.0.clone()),
            Some(name) => String::from_utf8(kept(saved, name)?.to_vec())
                .map_err(|error| format!("${name}: {error}")),
        }
    }
}

pub(crate) fn kept<'a>(saved: &'a Saved, name: &str) -> Result<&'a [u8], String> {
    let found = saved.get(name).map(Vec::as_slice);
    found.ok_or_else(|| format!("no step has saved ${name}"))
}
