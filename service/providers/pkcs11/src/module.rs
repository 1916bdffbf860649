//! The vendors' libraries, each loaded once a process.

use std::fs::File;
use std::io::ErrorKind;
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
        let why = why(library, &error);
        ProviderError::new(Status::PsaErrorCommunicationFailure, why).with_source(error)
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

fn why(library: &Path, error: &Error) -> String {
    let library = library.display();
    match File::open(library.to_string()).map_err(|error| error.kind()) {
        Err(ErrorKind::NotFound) => format!(
            "the PKCS #11 library {library} is not there: install the vendor's package, or correct \
             library_path"
        ),
        Err(ErrorKind::PermissionDenied) => format!(
            "the PKCS #11 library {library} may not be read by this user: let the service's user \
             read it"
        ),
        _ => format!(
            "the PKCS #11 library {library} does not load or start ({error}): look whether it is a \
             PKCS #11 library for this machine, and at its own configuration"
        ),
    }
}
