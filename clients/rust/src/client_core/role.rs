//! The roles of keys.

use parsec_contracts::types::Algorithm;

/// The role of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Signing,
    Verifying,
    Symmetric,
    Mac,
    Decryption,
    Derivation,
    Agreement,
    Wrapping,
}

impl Role {
    /// The roles of keys that do not sign.
    pub(super) const ALL: [Self; 6] = [
        Self::Symmetric,
        Self::Mac,
        Self::Decryption,
        Self::Derivation,
        Self::Agreement,
        Self::Wrapping,
    ];

    pub(super) fn permitted_by(self, algorithm: &Algorithm) -> bool {
        match self {
            Self::Signing | Self::Verifying => {
                matches!(algorithm, Algorithm::AsymmetricSignature(_))
            }
            Self::Symmetric => matches!(algorithm, Algorithm::Aead(_)),
            Self::Mac => matches!(algorithm, Algorithm::Mac(_)),
            Self::Decryption => matches!(algorithm, Algorithm::AsymmetricEncryption(_)),
            Self::Derivation => matches!(algorithm, Algorithm::KeyDerivation(_)),
            Self::Agreement => matches!(algorithm, Algorithm::KeyAgreement(_)),
            Self::Wrapping => matches!(algorithm, Algorithm::KeyWrap(_)),
        }
    }

    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Signing | Self::Verifying => "signatures",
            Self::Symmetric => "authenticated encryption",
            Self::Mac => "authentication codes",
            Self::Decryption => "asymmetric encryption",
            Self::Derivation => "derivation",
            Self::Agreement => "key agreement",
            Self::Wrapping => "wrapping keys",
        }
    }
}
