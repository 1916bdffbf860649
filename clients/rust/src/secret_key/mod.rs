//! Handles of keys that do not sign, async.

/// What every one of these handles has: the key behind it, deletion and `Debug`.
macro_rules! key_handle {
    ($handle:ident) => {
        impl $handle {
            /// The same as a key of any kind.
            pub fn key(&self) -> $crate::Key {
                $crate::Key::new(self.core.clone())
            }

            /// The key's name.
            pub fn name(&self) -> &str {
                self.core.name()
            }

            /// Where it lives.
            pub fn provider(&self) -> $crate::ProviderId {
                self.core.provider()
            }

            /// Its type, size and policy.
            pub fn attributes(&self) -> &$crate::KeyAttributes {
                self.core.attributes()
            }

            /// Deletes the key, for good.
            ///
            /// # Errors
            ///
            /// If it is already gone, or the service cannot be reached.
            pub async fn delete(self) -> $crate::Result<()> {
                self.core.delete().await
            }
        }

        impl ::std::fmt::Debug for $handle {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($handle))
                    .field("name", &self.name())
                    .finish_non_exhaustive()
            }
        }
    };
}

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
