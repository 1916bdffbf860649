//! What the token is told of a key to be made.
//!
//! The service enforces the policy; the token is told what it needs to know in order to use the
//! key, and no more than the policy's algorithm takes. `CKA_ALLOWED_MECHANISMS` is left out: some
//! tokens refuse it, and some take it and do not look at it.

use cryptoki::object::Attribute;
use parsec_contracts::Zeroizing;
use parsec_contracts::types::{Algorithm, KeyAttributes};

use crate::object::Id;

/// So that somebody who looks into the token knows whose the objects are. The names of keys are
/// their owners' own.
const LABEL: &[u8] = b"parsec";

/// What a key is for, as far as a token has to know.
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

/// The public half of a pair, or a public key alone.
pub(crate) fn public(id: &Id, uses: Uses) -> Vec<Attribute> {
    let mut template = common(id).to_vec();
    template.extend([
        Attribute::Private(false),
        Attribute::Verify(uses.sign),
        Attribute::Encrypt(uses.crypt),
    ]);
    template
}

/// The private half of a pair.
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

/// A key of bytes.
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

/// Wipes what is in a template beside names and flags.
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
