//! What the contracts say of a kind of key.

use parsec_contracts::types::{Algorithm, KeyAttributes};

/// A kind of key, from `contracts/key_kinds.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// The attributes of a new key, of the best size.
    pub(crate) attributes: KeyAttributes,
    /// Bits to fall back to where a provider lacks that size, the best first.
    pub(crate) fallbacks: &'static [u32],
}

impl Kind {
    /// The same with that size alone.
    pub(crate) const fn of_bits(mut self, bits: u32) -> Self {
        self.attributes.key_bits = bits;
        self.fallbacks = &[];
        self
    }

    /// The same with another algorithm.
    pub(crate) fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.attributes.key_policy.key_algorithm = algorithm;
        self
    }

    /// The same, and the key may be exported.
    pub(crate) fn exportable(mut self) -> Self {
        self.attributes.key_policy.key_usage_flags.export = true;
        self
    }

    /// The attributes that would do, the best first.
    pub(crate) fn choices(&self) -> Vec<KeyAttributes> {
        let fallbacks = self.fallbacks.iter().map(|bits| KeyAttributes {
            key_bits: *bits,
            ..self.attributes
        });
        [self.attributes].into_iter().chain(fallbacks).collect()
    }
}
