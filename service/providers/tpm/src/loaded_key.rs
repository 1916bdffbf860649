//! A key that is loaded into the TPM.

use tss_esapi::handles::KeyHandle;

use crate::registers::Registers;

/// The handle of a loaded key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoadedKey {
    pub(crate) handle: KeyHandle,
    /// The registers to which it is bound.
    pub(crate) registers: Registers,
}
