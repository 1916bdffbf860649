//! Bytes in serde formats: the format's native bytes, or `{ hex = "c0ffee" }` and `{ text = "hello"
//! }` as in contracts. A bare string is rejected because it could mean either.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq as _, Serializer};

/// Fields that hold bytes: one value, a list, or an optional value.
pub(crate) trait Binary: Sized {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

pub(crate) fn serialize<B: Binary, S: Serializer>(
    bytes: &B,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    bytes.write(serializer)
}

pub(crate) fn deserialize<'de, B: Binary, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<B, D::Error> {
    B::read(deserializer)
}

impl Binary for Vec<u8> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BytesVisitor)
    }
}

impl Binary for Vec<Vec<u8>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            items.serialize_element(&Wrapped(item))?;
        }
        items.end()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<Owned>::deserialize(deserializer)?;
        Ok(items.into_iter().map(|item| item.0).collect())
    }
}

impl Binary for Option<Vec<u8>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref()
            .map(|bytes| Wrapped(bytes))
            .serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<Owned>::deserialize(deserializer)?.map(|bytes| bytes.0))
    }
}

struct Wrapped<'a>(&'a [u8]);

impl Serialize for Wrapped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct Owned(Vec<u8>);

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<u8>::read(deserializer).map(Self)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<u8>, A::Error> {
        let mut bytes = Vec::with_capacity(items.size_hint().unwrap_or_default());
        while let Some(byte) = items.next_element()? {
            bytes.push(byte);
        }
        Ok(bytes)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<u8>, A::Error> {
        let Some((notation, text)) = map.next_entry::<String, String>()? else {
            return Err(de::Error::invalid_length(0, &"one entry, `hex` or `text`"));
        };
        match notation.as_str() {
            "text" => Ok(text.into_bytes()),
            "hex" => hex(&text).ok_or_else(|| de::Error::custom("hex needs two digits per byte")),
            other => Err(de::Error::unknown_field(other, &["hex", "text"])),
        }
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits
        .chunks_exact(2)
        .map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use crate::operations::{PsaSignHash, PsaSignHashOutput, PsaVerifyHash, SignMessages};
    use crate::types::{DerivationInput, DerivationInputs, Hash, KeyAttributes, KeyType};
    use crate::{AnyOperation, AnyOutput, Opcode, Secret};

    #[test]
    fn bytes_are_read_from_hex_or_text_but_not_from_a_bare_string() {
        for (written, read) in [
            (json!({ "hex": "00ff" }), vec![0, 255]),
            (json!({ "hex": "" }), vec![]),
            (json!({ "text": "hé" }), "hé".as_bytes().to_vec()),
            (json!([1, 2]), vec![1, 2]),
        ] {
            assert_eq!(from_value::<Secret>(written).unwrap().expose(), read);
        }
        for wrong in [
            json!("00ff"),
            json!({ "hex": "0" }),
            json!({ "hex": "0g" }),
            json!({ "base64": "AA==" }),
            json!({}),
            json!([256]),
            Value::Null,
        ] {
            assert!(from_value::<Secret>(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn operations_use_the_names_in_their_contracts() {
        let input = json!({
            "key_name": "web-tls",
            "alg": { "ecdsa": { "hash_alg": { "specific": "sha-256" } } },
            "hash": { "hex": "aa" },
        });
        let read = AnyOperation::deserialize(Opcode::PsaSignHash, input.clone()).unwrap();
        let AnyOperation::PsaSignHash(PsaSignHash { key_name, hash, .. }) = read else {
            panic!("another operation");
        };
        assert_eq!((key_name.as_str(), hash), ("web-tls", vec![0xaa]));
        let output = AnyOutput::PsaSignHash(PsaSignHashOutput {
            signature: vec![1, 2],
        });
        assert_eq!(to_value(output).unwrap(), json!({ "signature": [1, 2] }));

        let error = AnyOperation::deserialize(Opcode::PsaVerifyHash, input.clone());
        assert!(error.unwrap_err().to_string().contains("signature"));
        let mut typo = input;
        typo["key_nmae"] = json!("web-tls");
        let error = from_value::<PsaVerifyHash>(typo).unwrap_err().to_string();
        assert!(error.contains("key_nmae"), "{error}");
    }

    #[test]
    fn lists_of_bytes_and_optional_fields_are_read() {
        let read: SignMessages = from_value(json!({
            "key_name": "k",
            "alg": "pure-eddsa",
            "messages": [{ "text": "a" }, { "hex": "" }],
        }))
        .unwrap();
        assert_eq!(read.messages, [b"a".to_vec(), Vec::new()]);
        let inputs: DerivationInputs = from_value(json!({
            "secret": { "key": { "key_name": "master" } },
        }))
        .unwrap();
        assert!(matches!(inputs.secret, Some(DerivationInput::Key { .. })));
        assert_eq!(inputs.salt, None);
        let attributes: KeyAttributes = from_value(json!({
            "key_type": "hmac",
            "key_bits": 256,
            "key_policy": {
                "key_usage_flags": { "sign_message": true },
                "key_algorithm": { "mac": { "full-length": { "hmac": { "hash_alg": "sha-256" } } } },
            },
        }))
        .unwrap();
        assert_eq!(attributes.key_type, KeyType::Hmac);
        assert_eq!(to_value(Hash::Sha512_224).unwrap(), json!("sha-512-224"));
    }
}
