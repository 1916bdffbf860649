//! Calls that the safe crate does not offer: the only module with `unsafe`.
//!
//! Every function takes [`Exclusive`], of which the process has one value, behind the lock of the
//! library: the caller has exclusive access to the library, and has started it.

#![allow(unsafe_code)]

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use parsec_contracts::{Secret, Zeroizing};
use psa_crypto::ffi;
use psa_crypto::operations::key_management;
use psa_crypto::types::algorithm::Algorithm;
use psa_crypto::types::key::{Attributes, Id, Lifetime, Policy, Type, UsageFlags};
use psa_crypto::types::status::{Error, Status};

/// Exclusive access to the library.
#[derive(Debug)]
pub(super) struct Exclusive(());

impl Exclusive {
    /// Takes the one value that the process has.
    ///
    /// # Panics
    ///
    /// When it was taken before.
    pub(super) fn take() -> Self {
        static IS_TAKEN: AtomicBool = AtomicBool::new(false);
        let was_taken = IS_TAKEN.swap(true, Ordering::Relaxed);
        assert!(!was_taken, "the library has one owner");
        Self(())
    }
}

/// Generates a key pair and exports it.
///
/// The safe crate's `generate` rejects the curve secp384r1, because its table of sizes contains 284
/// bits instead of 384.
pub(super) fn generate(_: &mut Exclusive, key_type: Type, bits: usize) -> Result<Secret, Error> {
    let psa_type = key_type.try_into()?;
    let mut data = Zeroizing::new(vec![0; export_size(key_type, bits)?]);
    let mut length = 0;
    let mut id = 0;

    // SAFETY: these functions write to a structure on our stack, which the first call initializes.
    let attributes = unsafe {
        let mut attributes = ffi::psa_key_attributes_init();
        ffi::psa_set_key_type(&raw mut attributes, psa_type);
        ffi::psa_set_key_bits(&raw mut attributes, bits);
        ffi::psa_set_key_usage_flags(&raw mut attributes, ffi::PSA_KEY_USAGE_EXPORT);
        attributes
    };
    // SAFETY: the library is started and used by this thread only; both pointers refer to live
    // values.
    Status::from(unsafe { ffi::psa_generate_key(&raw const attributes, &raw mut id) })
        .to_result()?;
    // SAFETY: as before; the pointer refers to `data.len()` writable bytes.
    let exported = Status::from(unsafe {
        ffi::psa_export_key(
            id,
            data.as_mut_ptr(),
            data.len(),
            ptr::from_mut(&mut length),
        )
    });
    // SAFETY: as before; the key is volatile, and its identifier is only known here.
    let destroyed = Status::from(unsafe { ffi::psa_destroy_key(id) });
    exported.to_result()?;
    destroyed.to_result()?;
    data.truncate(length);
    Ok(Secret::from(data))
}

/// Destroys a loaded key.
pub(super) fn destroy(_: &mut Exclusive, id: Id) -> Result<(), Error> {
    // SAFETY: the call is unsafe because other copies of the `Id` would dangle. The library has
    // removed this one from its table, and passes copies only to functions that do not keep them.
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
