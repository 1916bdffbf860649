//! Verbs of steps.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Bytes, Pem, Spec};

macro_rules! verbs {
    ($(
        $(#[$doc:meta])*
        $name:ident -> $answers:literal { $( $(#[$field_doc:meta])* $field:ident : $type:ty, )* }
    )*) => {
        /// The action of a step and its arguments.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
        #[schemars(!deny_unknown_fields)]
        #[allow(missing_docs, reason = "README.md has the table")]
        pub enum Verb {
            $( $(#[$doc])* $name { $( $(#[$field_doc])* $field: $type, )* }, )*
        }

        impl Verb {
            /// Returns whether its result is bytes.
            pub(super) fn answers(&self) -> bool {
                match self {
                    $( Self::$name { .. } => $answers, )*
                }
            }
        }
    };
}

verbs! {
    /// Generates a key.
    Generate -> false { key: String, spec: Spec, }
    /// Opens a key, or generates it.
    GetOrGenerate -> false { key: String, spec: Spec, }
    /// Imports a private key.
    Import -> false { key: String, spec: Spec, pem: Pem, }
    /// Imports a public key.
    ImportPublic -> false { key: String, spec: Spec, pem: Pem, }
    /// Imports a secret.
    ImportBytes -> false { key: String, spec: Spec, material: Bytes, }
    /// Opens a key, whose handle must have this role.
    Open -> false { key: String, role: Role, }
    /// Lists the names of all keys of the application.
    List -> false { names: Vec<String>, }
    /// Gets the attributes of a key; `match` must be a subset of them.
    Attributes -> false { key: String, #[serde(rename = "match")] expected: Map<String, Value>, }
    /// Gets the public key.
    Public -> true { key: String, #[serde(default)] form: PublicForm, }
    /// Signs a message.
    Sign -> true { key: String, message: Bytes, }
    /// Signs a hash.
    SignHash -> true { key: String, hash: Bytes, }
    /// Verifies the signature of a message.
    Verify -> false { key: String, message: Bytes, signature: Bytes, }
    /// Verifies the signature of a hash.
    VerifyHash -> false { key: String, hash: Bytes, signature: Bytes, }
    /// Encrypts with a symmetric key.
    Encrypt -> true { key: String, plaintext: Bytes, context: Option<Bytes>, pieces: Option<usize>, }
    /// Decrypts with a symmetric key.
    Decrypt -> true { key: String, ciphertext: Bytes, context: Option<Bytes>, pieces: Option<usize>, }
    /// Encrypts with the public key of a key pair.
    EncryptTo -> true { key: String, plaintext: Bytes, label: Option<Bytes>, }
    /// Decrypts with a key pair.
    DecryptFrom -> true { key: String, ciphertext: Bytes, label: Option<Bytes>, }
    /// Computes the MAC of a message.
    Mac -> true { key: String, message: Bytes, pieces: Option<usize>, }
    /// Verifies a MAC.
    VerifyMac -> false { key: String, message: Bytes, code: Bytes, pieces: Option<usize>, }
    /// Derives bytes from a secret.
    DeriveBytes -> true { key: String, info: Bytes, length: u32, }
    /// Derives a key from a secret.
    DeriveKey -> false { key: String, info: Bytes, new: String, spec: Spec, }
    /// Agrees on a key with a peer.
    Agree -> false { key: String, peer: Bytes, info: Bytes, new: String, spec: Spec, }
    /// Exports the private key or the secret.
    Export -> true { key: String, }
    /// Copies a key.
    Copy -> false { key: String, new: String, }
    /// Renames a key.
    Rename -> false { key: String, new: String, }
    /// Deletes a key.
    Delete -> false { key: String, }
    /// Wraps a key with another.
    Wrap -> true { key: String, target: String, }
    /// Unwraps a key.
    Unwrap -> false { key: String, wrapped: Bytes, new: String, spec: Spec, }
    /// Generates random bytes.
    Random -> true { count: usize, }
    /// Computes a hash.
    Hash -> true { algorithm: String, message: Bytes, pieces: Option<usize>, }
    /// Calls an operation of the contracts.
    Raw -> true {
        operation: String,
        input: Map<String, Value>,
        #[serde(default)] output: Map<String, Value>,
        field: Option<String>,
    }
}

/// The role of a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "they are the names of the handles")]
pub enum Role {
    Signing,
    Verifying,
    Symmetric,
    Mac,
    Decryption,
    Derivation,
    Agreement,
    Wrapping,
    Other,
}

/// The format of a public key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PublicForm {
    /// The export format of the PSA Crypto API.
    #[default]
    Raw,
    /// SubjectPublicKeyInfo (RFC 5280, 4.1).
    Der,
    /// The same in PEM, as UTF-8.
    Pem,
}
