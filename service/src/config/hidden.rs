//! Secret settings.

use std::fmt;

use parsec_contracts::Secret;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A secret in the file. No error shows it, even if it has the wrong type.
pub(super) struct Hidden(pub(super) Secret);

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HiddenVisitor)
    }
}

struct HiddenVisitor;

const QUOTED: &str = "write it in quotation marks";

impl Visitor<'_> for HiddenVisitor {
    type Value = Hidden;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string in quotation marks")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Hidden, E> {
        Ok(Hidden(Secret::from(text.as_bytes())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Hidden, E> {
        Ok(Hidden(Secret::new(text.into_bytes())))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Hidden, E> {
        Err(E::custom(QUOTED))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Hidden, E> {
        Err(E::custom(QUOTED))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Hidden, E> {
        Err(E::custom(QUOTED))
    }
}
