//! Handles of keys that do not sign, blocking.

mod agreement;
mod decryption;
mod derivation;
mod mac;
mod symmetric;
mod wrapping;

pub use agreement::AgreementKey;
pub use decryption::DecryptionKey;
pub use derivation::DerivationKey;
pub use mac::MacKey;
pub use symmetric::SymmetricKey;
pub use wrapping::WrappingKey;
