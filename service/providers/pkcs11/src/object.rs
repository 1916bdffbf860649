//! A key's material in the key store: the token, the object, and the public key.

use parsec_contracts::{Secret, Status};
use parsec_provider::ProviderError;

const VERSION: u8 = 1;
/// The length of a `CKA_ID` in bytes, enough for unique random values.
const ID_LENGTH: usize = 16;

/// The identifier of a key's objects: their `CKA_ID`.
pub(crate) type Id = [u8; ID_LENGTH];

/// The stored material of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) id: Id,
    /// The serial number of the key's token.
    pub(crate) token: String,
    /// The public key in the wire format; empty for secret keys.
    pub(crate) public: Vec<u8>,
}

impl Object {
    /// The name of the objects of a key with this material. It is valid on their own token only.
    pub(crate) fn identifier(material: &Secret) -> Option<Vec<u8>> {
        Some(Self::decode(material).ok()?.id.to_vec())
    }

    /// Creates an object with a new identifier.
    pub(crate) fn new(token: &str) -> Result<Self, ProviderError> {
        let random = parsec_psa::random_secret(ID_LENGTH)?;
        let mut id = [0; ID_LENGTH];
        id.copy_from_slice(random.expose());
        Ok(Self {
            id,
            token: token.to_owned(),
            public: Vec::new(),
        })
    }

    pub(crate) fn encode(&self) -> Result<Secret, ProviderError> {
        // A serial number has sixteen characters.
        let length = u8::try_from(self.token.len()).map_err(|_| corrupt())?;
        let mut bytes = vec![VERSION, length];
        bytes.extend_from_slice(self.token.as_bytes());
        bytes.extend_from_slice(&self.id);
        bytes.extend_from_slice(&self.public);
        Ok(Secret::new(bytes))
    }

    pub(crate) fn decode(material: &Secret) -> Result<Self, ProviderError> {
        let [VERSION, length, rest @ ..] = material.expose() else {
            return Err(corrupt());
        };
        let (token, rest) = rest
            .split_at_checked(usize::from(*length))
            .ok_or_else(corrupt)?;
        let (id, public) = rest.split_first_chunk::<ID_LENGTH>().ok_or_else(corrupt)?;
        Ok(Self {
            id: *id,
            token: String::from_utf8(token.to_vec()).map_err(|_| corrupt())?,
            public: public.to_vec(),
        })
    }
}

fn corrupt() -> ProviderError {
    ProviderError::new(
        Status::PsaErrorDataCorrupt,
        "the stored key material is corrupt; restore the key store from a backup",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_survives_encoding() {
        let mut object = Object::new("0123456789abcdef").unwrap();
        for public in [vec![], vec![4; 65]] {
            object.public = public;
            let encoded = object.encode().unwrap();
            assert_eq!(Object::decode(&encoded).unwrap(), object);
        }
        assert_ne!(object.id, Object::new("").unwrap().id);
    }

    #[test]
    fn truncated_material_is_rejected() {
        let encoded = Object::new("0123").unwrap().encode().unwrap();
        for length in 0..encoded.len() {
            let cut = Secret::from(&encoded.expose()[..length]);
            let error = Object::decode(&cut).unwrap_err();
            assert_eq!(error.status(), Status::PsaErrorDataCorrupt);
        }
    }
}
