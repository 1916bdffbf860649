//! What a step does.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Bytes, Pem, Spec};

macro_rules! verbs {
    ($(
        $(#[$doc:meta])*
        $name:ident -> $answers:literal { $( $(#[$field_doc:meta])* $field:ident : $type:ty, )* }
    )*) => {
        /// What a step does, and with what.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
        #[schemars(!deny_unknown_fields)]
        #[allow(missing_docs, reason = "README.md has the table")]
        pub enum Verb {
            $( $(#[$doc])* $name { $( $(#[$field_doc])* $field: $type, )* }, )*
        }

        impl Verb {
            /// Whether its answer is bytes.
            pub(super) fn answers(&self) -> bool {
                match self {
                    $( Self::$name { .. } => $answers, )*
                }
            }
        }
    };
}

verbs! {
    /// Makes a key.
    Generate -> false { key: String, spec: Spec, }
    /// Opens a key, or makes it.
    GetOrGenerate -> false { key: String, spec: Spec, }
    /// Brings in a private key.
    Import -> false { key: String, spec: Spec, pem: Pem, }
    /// Brings in a public key.
    ImportPublic -> false { key: String, spec: Spec, pem: Pem, }
    /// Brings in a secret.
    ImportBytes -> false { key: String, spec: Spec, material: Bytes, }
    /// Opens a key, which must be for that.
    Open -> false { key: String, role: Role, }
    /// The names of all keys of the application.
    List -> false { names: Vec<String>, }
    /// What a key is; `match` must be a part of it.
    Attributes -> false { key: String, #[serde(rename = "match")] expected: Map<String, Value>, }
    /// The public key.
    Public -> true { key: String, #[serde(default)] form: PublicForm, }
    /// The signature of a message.
    Sign -> true { key: String, message: Bytes, }
    /// The signature of a hash.
    SignHash -> true { key: String, hash: Bytes, }
    /// Checks the signature of a message.
    Verify -> false { key: String, message: Bytes, signature: Bytes, }
    /// Checks the signature of a hash.
    VerifyHash -> false { key: String, hash: Bytes, signature: Bytes, }
    /// Encrypts with a symmetric key.
    Encrypt -> true { key: String, plaintext: Bytes, context: Option<Bytes>, pieces: Option<usize>, }
    /// Decrypts with a symmetric key.
    Decrypt -> true { key: String, ciphertext: Bytes, context: Option<Bytes>, pieces: Option<usize>, }
    /// Encrypts to the holder of a key pair.
    EncryptTo -> true { key: String, plaintext: Bytes, label: Option<Bytes>, }
    /// Decrypts with a key pair.
    DecryptFrom -> true { key: String, ciphertext: Bytes, label: Option<Bytes>, }
    /// The authentication code of a message.
    Mac -> true { key: String, message: Bytes, pieces: Option<usize>, }
    /// Checks an authentication code.
    VerifyMac -> false { key: String, message: Bytes, code: Bytes, pieces: Option<usize>, }
    /// Bytes derived from a secret.
    DeriveBytes -> true { key: String, info: Bytes, length: u32, }
    /// A key derived from a secret.
    DeriveKey -> false { key: String, info: Bytes, new: String, spec: Spec, }
    /// A key that is agreed with the holder of another.
    Agree -> false { key: String, peer: Bytes, info: Bytes, new: String, spec: Spec, }
    /// The private key or the secret.
    Export -> true { key: String, }
    /// A second key of the same material.
    Copy -> false { key: String, new: String, }
    /// Another name.
    Rename -> false { key: String, new: String, }
    /// Deletes a key.
    Delete -> false { key: String, }
    /// Encrypts a key with another.
    Wrap -> true { key: String, target: String, }
    /// Brings in what was wrapped.
    Unwrap -> false { key: String, wrapped: Bytes, new: String, spec: Spec, }
    /// Random bytes, as many.
    Random -> true { count: usize, }
    /// A hash.
    Hash -> true { algorithm: String, message: Bytes, pieces: Option<usize>, }
    /// An operation of the contracts.
    Raw -> true {
        operation: String,
        input: Map<String, Value>,
        #[serde(default)] output: Map<String, Value>,
        field: Option<String>,
    }
}

/// What a handle is for.
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

/// How a public key is written down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PublicForm {
    /// As the PSA Crypto API exports it.
    #[default]
    Raw,
    /// SubjectPublicKeyInfo (RFC 5280, 4.1).
    Der,
    /// The same as PEM, in UTF-8.
    Pem,
}
