//! What keys make: other keys, secrets, requests; and what happens to keys.

use std::sync::Arc;

use parsec_client::{Csr, Secret};

use crate::async_and_blocking::async_and_blocking;
use crate::convert::secret;
use crate::key::{NativeKey, with_role};
use crate::spec::NativeSpec;

/// A certificate signing request (RFC 2986).
#[derive(Debug, Clone, uniffi::Record)]
pub struct NativeCsr {
    /// As DER.
    pub der: Vec<u8>,
    /// As PEM with the label `CERTIFICATE REQUEST`.
    pub pem: String,
}

impl From<Csr> for NativeCsr {
    fn from(csr: Csr) -> Self {
        Self {
            der: csr.to_der(),
            pem: csr.to_pem(),
        }
    }
}

async_and_blocking! {
    impl NativeKey {
        /// The private key or the secret, as the PSA Crypto API has it.
        fn export_private / export_private_blocking(&self as key) -> Secret {
            Ok(secret(wait!(key.key().export_private())?))
        }

        /// The key under another name.
        fn rename / rename_blocking(&self as key, name: String) -> Arc<NativeKey> {
            Ok(self.made(wait!(key.key().rename(&name))?))
        }

        /// A second key of the same material.
        fn copy / copy_blocking(&self as key, name: String) -> Arc<NativeKey> {
            Ok(self.made(wait!(key.key().copy(&name))?))
        }

        /// Deletes the key, for good.
        fn delete / delete_blocking(&self as key) -> () {
            Ok(wait!(key.key().delete())?)
        }

        /// A certificate signing request of this key's.
        fn to_csr / to_csr_blocking(
            &self as key, subject: String, dns_names: Vec<String>,
        ) -> NativeCsr {
            with_role!(self, key, Signing else "does not sign", |key| {
                let names: Vec<&str> = dns_names.iter().map(String::as_str).collect();
                Ok(wait!(key.to_csr(&subject, &names))?.into())
            })
        }

        /// Bytes derived from the secret.
        fn derive_bytes / derive_bytes_blocking(
            &self as key, info: Vec<u8>, length: u32,
        ) -> Secret {
            with_role!(self, key, Derivation else "derives nothing", |key| {
                Ok(secret(wait!(key.derive_bytes(&info, length))?))
            })
        }

        /// A key derived from the secret.
        fn derive_key / derive_key_blocking(
            &self as key, info: Vec<u8>, name: String, spec: NativeSpec,
        ) -> Arc<NativeKey> {
            with_role!(self, key, Derivation else "derives nothing", |key| {
                Ok(self.made(wait!(key.derive_key(&info, &name, spec.read()?))?))
            })
        }

        /// The public key that a peer needs.
        fn export_public / export_public_blocking(&self as key) -> Vec<u8> {
            with_role!(self, key, Agreement else "agrees on nothing", |key| {
                Ok(wait!(key.export_public())?)
            })
        }

        /// The secret that the peer can make too.
        fn agree / agree_blocking(&self as key, peer: Vec<u8>) -> Secret {
            with_role!(self, key, Agreement else "agrees on nothing", |key| {
                Ok(secret(wait!(key.agree(&peer))?))
            })
        }

        /// A key that the peer can make too.
        fn agree_key / agree_key_blocking(
            &self as key, peer: Vec<u8>, info: Vec<u8>, name: String, spec: NativeSpec,
        ) -> Arc<NativeKey> {
            with_role!(self, key, Agreement else "agrees on nothing", |key| {
                Ok(self.made(wait!(key.agree_key(&peer, &info, &name, spec.read()?))?))
            })
        }

        /// Another key, encrypted.
        fn wrap / wrap_blocking(&self as key, name: String) -> Vec<u8> {
            with_role!(self, key, Wrapping else "wraps no keys", |key| Ok(wait!(key.wrap(&name))?))
        }

        /// A key that was encrypted.
        fn unwrap_key / unwrap_key_blocking(
            &self as key, wrapped: Vec<u8>, name: String, spec: NativeSpec,
        ) -> Arc<NativeKey> {
            with_role!(self, key, Wrapping else "unwraps no keys", |key| {
                Ok(self.made(wait!(key.unwrap_key(&wrapped, &name, spec.read()?))?))
            })
        }
    }
}
