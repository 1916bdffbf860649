//! The vendors' libraries, each loaded once a process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use parsec_contracts::Status;
use parsec_provider::ProviderError;

/// A library is started once, whoever asks, and stays: another provider may be using it.
static LOADED: Mutex<Vec<(PathBuf, Pkcs11)>> = Mutex::new(Vec::new());

/// Loads the library and starts it.
pub(crate) fn load(library: &Path) -> Result<Pkcs11, ProviderError> {
    let failed = |error: Error| {
        ProviderError::new(
            Status::PsaErrorCommunicationFailure,
            format!(
                "the PKCS #11 library {} does not load: {error}; check library_path and the \
                 library's own configuration",
                library.display()
            ),
        )
        .with_source(error)
    };
    // One file may have two names.
    let path = library
        .canonicalize()
        .unwrap_or_else(|_| library.to_owned());
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, module)) = loaded.iter().find(|(known, _)| *known == path) {
        return Ok(module.clone());
    }
    let module = Pkcs11::new(&path).map_err(failed)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(failed(error)),
    }
    loaded.push((path, module.clone()));
    Ok(module)
}
