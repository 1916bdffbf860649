//! Intended uses of a new key that only some providers support.

use parsec_contracts::types::{Algorithm, KeyAttributes};
use parsec_contracts::{Opcode, StreamPart};

use crate::error::{Error, Result};
use crate::generated::key_options::KeyUse;

impl KeyUse {
    /// Returns the use that needs the operation, if any.
    pub(crate) fn of(opcode: Opcode) -> Option<Self> {
        let begins = opcode.stream_part() == Some(StreamPart::Begin);
        match opcode {
            Opcode::WrapKey | Opcode::UnwrapKey => Some(Self::Wrapping),
            _ if begins && !opcode.usage().is_empty() => Some(Self::Streams),
            _ => None,
        }
    }
}

/// Several uses, or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    streams: bool,
    wrapping: bool,
}

impl Uses {
    /// Returns the union with more uses.
    pub(crate) fn with(mut self, uses: impl IntoIterator<Item = KeyUse>) -> Self {
        for one in uses {
            match one {
                KeyUse::Streams => self.streams = true,
                KeyUse::Wrapping => self.wrapping = true,
            }
        }
        self
    }

    /// Returns the operations that a provider of such a key must serve.
    pub(crate) fn opcodes(self, attributes: &KeyAttributes) -> Result<Vec<Opcode>> {
        let mut opcodes = Vec::new();
        if self.streams {
            opcodes.extend(streams(attributes)?);
        }
        if self.wrapping {
            opcodes.extend(wrapping(attributes)?);
        }
        Ok(opcodes)
    }
}

fn streams(attributes: &KeyAttributes) -> Result<Vec<Opcode>> {
    let may = &attributes.key_policy.key_usage_flags;
    let begin = match attributes.key_policy.key_algorithm {
        Algorithm::Aead(_) => [
            (may.encrypt, Opcode::PsaAeadEncryptSetup),
            (may.decrypt, Opcode::PsaAeadDecryptSetup),
        ],
        Algorithm::Cipher(_) => [
            (may.encrypt, Opcode::PsaCipherEncryptSetup),
            (may.decrypt, Opcode::PsaCipherDecryptSetup),
        ],
        Algorithm::Mac(_) => [
            (may.sign_message, Opcode::PsaMacSignSetup),
            (may.verify_message, Opcode::PsaMacVerifySetup),
        ],
        _ => {
            return Err(Error::invalid(
                "keys of this kind do not support data in pieces",
                "omit the use `streams`",
            ));
        }
    };
    let wanted = begin.into_iter().filter(|(may, _)| *may);
    Ok(wanted.map(|(_, opcode)| opcode).collect())
}

fn wrapping(attributes: &KeyAttributes) -> Result<Vec<Opcode>> {
    let policy = &attributes.key_policy;
    match policy.key_algorithm {
        Algorithm::KeyWrap(_) => Ok(vec![Opcode::WrapKey, Opcode::UnwrapKey]),
        _ if policy.key_usage_flags.export => Ok(vec![Opcode::WrapKey]),
        _ => Err(Error::invalid(
            "only exportable keys can be wrapped, and this one is not exportable",
            "make it exportable, or omit the use `wrapping`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnySpec, KeySpec as _};

    fn opcodes(kind: &str, uses: &[KeyUse]) -> Result<Vec<Opcode>> {
        let attributes = AnySpec::named(kind).unwrap().choices()[0];
        Uses::default()
            .with(uses.iter().copied())
            .opcodes(&attributes)
    }

    #[test]
    fn each_use_needs_the_operations_of_the_keys_kind() {
        use Opcode::*;
        let streams = |kind| opcodes(kind, &[KeyUse::Streams]).unwrap();
        assert_eq!(
            streams("aes-256-gcm"),
            [PsaAeadEncryptSetup, PsaAeadDecryptSetup]
        );
        assert_eq!(
            streams("aes-256-ctr"),
            [PsaCipherEncryptSetup, PsaCipherDecryptSetup]
        );
        assert_eq!(streams("hmac"), [PsaMacSignSetup, PsaMacVerifySetup]);
        let wraps = opcodes("aes-key-wrap", &[KeyUse::Wrapping]).unwrap();
        assert_eq!(wraps, [WrapKey, UnwrapKey]);
        assert_eq!(opcodes("aes-256-gcm", &[]).unwrap(), []);
        for opcode in [PsaAeadDecryptSetup, PsaMacVerifySetup] {
            assert_eq!(KeyUse::of(opcode), Some(KeyUse::Streams));
        }
        assert_eq!(KeyUse::of(UnwrapKey), Some(KeyUse::Wrapping));
        // Hashing needs no key, so any provider is possible.
        assert_eq!(KeyUse::of(PsaHashSetup), None);
        assert_eq!(KeyUse::of(PsaAeadEncrypt), None);
    }

    #[test]
    fn a_use_that_a_key_cannot_have_is_refused() {
        assert!(opcodes("ecdsa-p256", &[KeyUse::Streams]).is_err());
        let error = opcodes("aes-256-gcm", &[KeyUse::Wrapping]).unwrap_err();
        assert!(error.to_string().contains("exportable"), "{error}");
        for known in KeyUse::ALL {
            assert_eq!(KeyUse::named(known.name()).unwrap(), known);
        }
        let error = KeyUse::named("stream").unwrap_err();
        assert!(error.to_string().contains("streams, wrapping"), "{error}");
    }
}
