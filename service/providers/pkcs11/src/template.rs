//! The templates of new keys.
//!
//! The service enforces the policy. The token gets only the attributes that it needs to use the key
//! with the policy's algorithm. `CKA_ALLOWED_MECHANISMS` is omitted: some tokens reject it, and
//! others ignore it.

use cryptoki::object::Attribute;
use parsec_contracts::Zeroizing;
use parsec_contracts::types::{Algorithm, KeyAttributes};

use crate::object::Id;

/// Identifies the service's objects to people who list the token. Key names are private to their
/// owners.
const LABEL: &[u8] = b"parsec";

/// The operations of a key that the token must know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uses {
    sign: bool,
    crypt: bool,
    derive: bool,
}

impl Uses {
    pub(crate) fn of(attributes: &KeyAttributes) -> Self {
        let algorithm = &attributes.key_policy.key_algorithm;
        Self {
            sign: matches!(
                algorithm,
                Algorithm::AsymmetricSignature(_) | Algorithm::Mac(_)
            ),
            crypt: matches!(
                algorithm,
                Algorithm::AsymmetricEncryption(_) | Algorithm::Cipher(_) | Algorithm::Aead(_)
            ),
            derive: matches!(algorithm, Algorithm::KeyAgreement(_)),
        }
    }
}

fn common(id: &Id) -> [Attribute; 3] {
    [
        Attribute::Token(true),
        Attribute::Id(id.to_vec()),
        Attribute::Label(LABEL.to_vec()),
    ]
}

/// The template of a public key, alone or of a pair.
pub(crate) fn public(id: &Id, uses: Uses) -> Vec<Attribute> {
    let mut template = common(id).to_vec();
    template.extend([
        Attribute::Private(false),
        Attribute::Verify(uses.sign),
        Attribute::Encrypt(uses.crypt),
    ]);
    template
}

/// The template of a private key.
pub(crate) fn private(id: &Id, uses: Uses, may_leave: bool) -> Vec<Attribute> {
    let mut template = common(id).to_vec();
    template.extend([
        Attribute::Private(true),
        Attribute::Sensitive(!may_leave),
        Attribute::Extractable(may_leave),
        Attribute::Sign(uses.sign),
        Attribute::Decrypt(uses.crypt),
        Attribute::Derive(uses.derive),
        Attribute::Unwrap(false),
    ]);
    template
}

/// The template of a secret key.
pub(crate) fn secret(id: &Id, uses: Uses, may_leave: bool) -> Vec<Attribute> {
    let mut template = common(id).to_vec();
    template.extend([
        Attribute::Private(true),
        Attribute::Sensitive(!may_leave),
        Attribute::Extractable(may_leave),
        Attribute::Sign(uses.sign),
        Attribute::Verify(uses.sign),
        Attribute::Encrypt(uses.crypt),
        Attribute::Decrypt(uses.crypt),
        Attribute::Wrap(false),
        Attribute::Unwrap(false),
    ]);
    template
}

/// Wipes the secret values in a template.
pub(crate) fn wipe(template: Vec<Attribute>) {
    for attribute in template {
        match attribute {
            Attribute::Value(bytes)
            | Attribute::PrivateExponent(bytes)
            | Attribute::Prime1(bytes)
            | Attribute::Prime2(bytes)
            | Attribute::Exponent1(bytes)
            | Attribute::Exponent2(bytes)
            | Attribute::Coefficient(bytes) => drop(Zeroizing::new(bytes)),
            _ => {}
        }
    }
}
