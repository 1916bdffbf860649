//! The calls that the safe crate does not offer: the only module with `unsafe`.
//!
//! Every function takes the [`Library`], which exists once and behind one lock: whoever has it is
//! alone in the library, and the library has been started.

#![allow(unsafe_code)]

use std::ptr;

use parsec_contracts::{Secret, Zeroizing};
use psa_crypto::ffi;
use psa_crypto::operations::key_management;
use psa_crypto::types::algorithm::Algorithm;
use psa_crypto::types::key::{Attributes, Id, Lifetime, Policy, Type, UsageFlags};
use psa_crypto::types::status::{Error, Status};

use super::library::Library;

/// Makes a key pair and takes it out of the library.
///
/// The safe crate's `generate` refuses the curve secp384r1: its table of sizes has 284 bits where
/// 384 should stand.
pub(super) fn generate(_: &mut Library, key_type: Type, bits: usize) -> Result<Secret, Error> {
    let psa_type = key_type.try_into()?;
    let mut data = Zeroizing::new(vec![0; export_size(key_type, bits)?]);
    let mut length = 0;
    let mut id = 0;

    // SAFETY: these fill in a structure that is ours and that the first call has initialised.
    let attributes = unsafe {
        let mut attributes = ffi::psa_key_attributes_init();
        ffi::psa_set_key_type(&raw mut attributes, psa_type);
        ffi::psa_set_key_bits(&raw mut attributes, bits);
        ffi::psa_set_key_usage_flags(&raw mut attributes, ffi::PSA_KEY_USAGE_EXPORT);
        attributes
    };
    // SAFETY: the library is started and ours alone; both pointers are to live values of ours.
    Status::from(unsafe { ffi::psa_generate_key(&raw const attributes, &raw mut id) })
        .to_result()?;
    // SAFETY: as before, and the pointer is to `data.len()` bytes that can be written.
    let exported = Status::from(unsafe {
        ffi::psa_export_key(
            id,
            data.as_mut_ptr(),
            data.len(),
            ptr::from_mut(&mut length),
        )
    });
    // SAFETY: as before; the key is volatile and no one else has learnt its number.
    let destroyed = Status::from(unsafe { ffi::psa_destroy_key(id) });
    exported.to_result()?;
    destroyed.to_result()?;
    data.truncate(length);
    Ok(Secret::from(data))
}

/// Wipes a loaded key.
pub(super) fn destroy(_: &mut Library, id: Id) -> Result<(), Error> {
    // SAFETY: the call is unsafe because another copy of the `Id` would be left dangling. The
    // library has taken this one out of its table, and hands copies only to functions that are
    // done with them when they return.
    unsafe { key_management::destroy(id) }
}

fn export_size(key_type: Type, bits: usize) -> Result<usize, Error> {
    let policy = Policy {
        usage_flags: UsageFlags::default(),
        permitted_algorithms: Algorithm::None,
    };
    Attributes {
        lifetime: Lifetime::Volatile,
        key_type,
        bits,
        policy,
    }
    .export_key_output_size()
}
