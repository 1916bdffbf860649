//! Restrictions that a key file states: they become the policy of the imported key.

use parsec_contracts::types::{Hash, KeyAttributes};

use crate::error::{Error, Result};
use crate::generated::key_options::{Padding, with_padding};
use crate::kind::with_hash;

/// The only RSA signatures that a key may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Restriction {
    pub(crate) padding: Padding,
    /// `None` permits every hash function.
    pub(crate) hash: Option<Hash>,
}

impl Restriction {
    /// Returns the attributes with a policy that keeps the restriction. `is_open` permits changes;
    /// otherwise the caller chose the padding and the hash function.
    pub(crate) fn apply(self, attributes: KeyAttributes, is_open: bool) -> Result<KeyAttributes> {
        let wanted = with_padding(attributes, self.padding).and_then(|padded| match self.hash {
            Some(hash) => with_hash(padded, hash),
            None => Some(padded),
        });
        match wanted {
            Some(wanted) if is_open || wanted == attributes => Ok(wanted),
            _ => Err(Error::invalid(
                format!("the key to import is only for {}", self.description()),
                "import it with the same padding and hash function, or let the key determine them",
            )),
        }
    }

    fn description(self) -> String {
        let padding = match self.padding {
            Padding::Pss => "RSA-PSS",
            Padding::Pkcs1 => "RSA with PKCS #1 v1.5",
        };
        match self.hash {
            Some(hash) => format!("{padding} with {}", hash.name()),
            None => padding.to_owned(),
        }
    }
}
