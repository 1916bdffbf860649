//! Converts plain data from and to JavaScript.

use napi::bindgen_prelude::{Either, JsValue as _, Object, Uint8Array, Uint8ArraySlice, Unknown};
use napi::{De, Env, Result};
use parsec_client::{
    Csr, Hash, KeyAttributes, Opcode, PrivateKey, ProviderId, PublicKey, Signature, Zeroizing,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Deserializer, Track};

use crate::error::{failure, invalid, mistyped};
use crate::tree::Tree;

/// Below this size a copy is cheaper than an array that is freed by a callback.
const COPIED: usize = 64 * 1024;

/// Bytes that are not secret; large ones are not copied.
pub(crate) fn bytes(env: &Env, bytes: Vec<u8>) -> Result<Uint8ArraySlice<'_>> {
    if bytes.len() < COPIED {
        Uint8ArraySlice::copy_from(env, bytes)
    } else {
        Uint8ArraySlice::from_data(env, bytes)
    }
}

/// Secret bytes, which are wiped here after JavaScript has its copy.
pub(crate) fn secret(env: &Env, bytes: Zeroizing<Vec<u8>>) -> Result<Uint8ArraySlice<'_>> {
    Uint8ArraySlice::copy_from(env, bytes.as_slice())
}

/// No result.
pub(crate) fn nothing(_: &Env, (): ()) -> Result<()> {
    Ok(())
}

/// Converts a structure, with the field names of the contracts.
pub(crate) fn value<T: Serialize>(env: &Env, value: T) -> Result<Unknown<'_>> {
    env.to_js_value(&Tree::of(&value)?)
}

/// A value that napi converts.
pub(crate) fn plain<T>(_: &Env, value: T) -> Result<T> {
    Ok(value)
}

/// A signature in its raw form.
pub(crate) fn signature(env: &Env, signature: Signature) -> Result<Uint8ArraySlice<'_>> {
    bytes(env, signature.to_raw())
}

/// Signatures in their raw form.
pub(crate) fn signatures(_: &Env, signatures: Vec<Signature>) -> Result<Vec<Uint8Array>> {
    let raw = signatures.iter().map(Signature::to_raw);
    Ok(raw.map(Uint8Array::from).collect())
}

/// A certificate signing request, as DER.
pub(crate) fn csr(env: &Env, csr: Csr) -> Result<Uint8ArraySlice<'_>> {
    bytes(env, csr.to_der())
}

#[derive(Serialize)]
struct Version {
    major: u32,
    minor: u32,
}

/// A version of the wire protocol.
pub(crate) fn version(env: &Env, (major, minor): (u32, u32)) -> Result<Unknown<'_>> {
    value(env, Version { major, minor })
}

/// Operations, by their names.
pub(crate) fn operations(_: &Env, operations: Vec<Opcode>) -> Result<Vec<&'static str>> {
    Ok(operations
        .iter()
        .map(|operation| operation.name())
        .collect())
}

/// A structure of the contracts. An error names the field below `argument`.
pub(crate) fn structure<T: DeserializeOwned>(argument: &str, value: &Unknown<'_>) -> Result<T> {
    let given = value.value();
    // Only the form of a handle: a name of a variant is a string, and is read as one.
    let given = Object::from_raw(given.env, given.value);
    let mut track = Track::new();
    let mut fields = De::new(&given);
    T::deserialize(Deserializer::new(&mut fields, &mut track))
        .map_err(|error| mistyped(argument, &track.path(), &error))
}

/// Attributes as JSON. An error names the field.
pub(crate) fn attributes(json: &str) -> Result<KeyAttributes> {
    // Errors of a value, unlike those of a text, have no line and column.
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|error| invalid(format!("attributes: {error}")))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let reason = napi::Error::from_reason(error.inner().to_string());
        mistyped("options.attributes", error.path(), &reason)
    })
}

/// Copies of arrays of bytes.
pub(crate) fn pieces(arrays: &[Uint8Array]) -> Vec<Vec<u8>> {
    arrays.iter().map(|array| array.to_vec()).collect()
}

pub(crate) fn provider(number: u32) -> Result<ProviderId> {
    u8::try_from(number)
        .ok()
        .and_then(ProviderId::from_number)
        .ok_or_else(|| invalid(format!("provider: no provider has the number {number}")))
}

pub(crate) fn hash(name: &str) -> Result<Hash> {
    Hash::from_name(name)
        .ok_or_else(|| invalid(format!("hash: there is no hash function \"{name}\"")))
}

pub(crate) fn count(number: u32) -> Result<usize> {
    usize::try_from(number).map_err(|_| invalid("count: too large"))
}

/// A public key in any format, as text or bytes.
pub(crate) fn public_key(material: Either<String, &[u8]>) -> Result<PublicKey> {
    match material {
        Either::A(text) => PublicKey::parse(text.as_bytes()),
        Either::B(bytes) => PublicKey::parse(bytes),
    }
    .map_err(failure)
}

/// A private key in any format, as text or bytes.
pub(crate) fn private_key(
    material: Either<String, &[u8]>,
    passphrase: Option<String>,
) -> Result<PrivateKey> {
    let passphrase = passphrase.map(Zeroizing::new);
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    match material {
        Either::A(text) => PrivateKey::parse(Zeroizing::new(text).as_bytes(), passphrase),
        Either::B(bytes) => PrivateKey::parse(bytes, passphrase),
    }
    .map_err(failure)
}
