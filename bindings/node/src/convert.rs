//! Conversions of plain data.

use napi::bindgen_prelude::{Uint8ArraySlice, Unknown};
use napi::{Env, Result};
use parsec_client::{Hash, ProviderId, Zeroizing};
use serde::Serialize;

use crate::error::invalid;
use crate::tree::Tree;

/// Below this size a copy is cheaper than an array that is freed by a callback.
const COPIED: usize = 64 * 1024;

/// Converts bytes that are not secret; large ones without a copy.
pub(crate) fn bytes(env: &Env, bytes: Vec<u8>) -> Result<Uint8ArraySlice<'_>> {
    if bytes.len() < COPIED {
        Uint8ArraySlice::copy_from(env, bytes)
    } else {
        Uint8ArraySlice::from_data(env, bytes)
    }
}

/// Converts secret bytes; zeroizes them after JavaScript has its copy.
pub(crate) fn secret(env: &Env, bytes: Zeroizing<Vec<u8>>) -> Result<Uint8ArraySlice<'_>> {
    Uint8ArraySlice::copy_from(env, bytes.as_slice())
}

/// Converts the result of a call that returns nothing.
pub(crate) fn nothing(_: &Env, (): ()) -> Result<()> {
    Ok(())
}

/// Converts a structure, with the field names of the contracts.
pub(crate) fn value<T: Serialize>(env: &Env, value: T) -> Result<Unknown<'_>> {
    env.to_js_value(&Tree::of(&value)?)
}

pub(crate) fn provider(number: u32) -> Result<ProviderId> {
    u8::try_from(number)
        .ok()
        .and_then(ProviderId::from_number)
        .ok_or_else(|| invalid(format!("provider: {number} is the number of none")))
}

pub(crate) fn hash(name: &str) -> Result<Hash> {
    Hash::from_name(name).ok_or_else(|| invalid(format!("hash: \"{name}\" names none")))
}
