//! The vendors' libraries, each loaded once a process.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Function, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use parsec_contracts::Status;
use parsec_provider::ProviderError;

/// A library is started once, whoever asks, and stays: another provider may be using it.
static LOADED: Mutex<Vec<(PathBuf, Arc<Module>)>> = Mutex::new(Vec::new());

/// A library.
pub(crate) struct Module {
    pkcs11: Pkcs11,
    /// How often it was started. Whoever uses it holds this for reading.
    ///
    /// A library that is started again counts sessions and objects from the beginning: a handle
    /// from before would be that of something else, perhaps on another token.
    starts: RwLock<u64>,
    /// Sessions of one computation that are open.
    own_sessions: AtomicUsize,
}

impl Module {
    /// Loads the library and starts it; `false` if that was done before.
    pub(crate) fn load(library: &Path) -> Result<(Arc<Self>, bool), ProviderError> {
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
            return Ok((Arc::clone(module), false));
        }
        let module = Arc::new(Self {
            pkcs11: Pkcs11::new(&path).map_err(failed)?,
            starts: RwLock::new(0),
            own_sessions: AtomicUsize::new(0),
        });
        module.start().map_err(failed)?;
        loaded.push((path, Arc::clone(&module)));
        Ok((module, true))
    }

    /// Starts the library, unless it is running: some stop when their device is gone for a while.
    pub(crate) fn start(&self) -> Result<(), Error> {
        // Nobody is in it while it starts.
        let mut starts = self.starts.write().unwrap_or_else(PoisonError::into_inner);
        let flags = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match self.pkcs11.initialize(flags) {
            Ok(()) => *starts += 1,
            Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Stops the library and starts it again, unless that was done since the start of that number.
    /// It looks for its tokens again, and all sessions are gone.
    pub(crate) fn restart(&self, start: u64) -> Result<(), Error> {
        let mut starts = self.starts.write().unwrap_or_else(PoisonError::into_inner);
        if *starts != start {
            return Ok(());
        }
        match self.pkcs11.clone().finalize() {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiNotInitialized, _)) => {}
            Err(error) => tracing::debug!(%error, "the library did not stop"),
        }
        *starts += 1;
        let flags = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match self.pkcs11.initialize(flags) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether a computation has a session of its own, which would end with the library.
    pub(crate) fn has_own_sessions(&self) -> bool {
        self.own_sessions.load(Ordering::Relaxed) > 0
    }

    /// The library, as it is running now. While this is held it is not started again; nobody may
    /// hold it who waits for another that starts the library.
    pub(crate) fn enter(&self) -> Running<'_> {
        Running {
            pkcs11: &self.pkcs11,
            starts: self.starts.read().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// A library that goes on running.
pub(crate) struct Running<'a> {
    pub(crate) pkcs11: &'a Pkcs11,
    starts: RwLockReadGuard<'a, u64>,
}

impl Running<'_> {
    /// Which of its starts it was. Handles are good for one.
    pub(crate) fn start(&self) -> u64 {
        *self.starts
    }
}

/// A session of one computation, which is closed with it.
pub(crate) struct OwnSession {
    module: Arc<Module>,
    start: u64,
    session: Option<Session>,
}

impl OwnSession {
    /// Opens one.
    pub(crate) fn open(module: &Arc<Module>, slot: Slot, start: u64) -> Result<Self, Error> {
        let running = module.enter();
        if running.start() != start {
            return Err(stopped());
        }
        let session = running.pkcs11.open_rw_session_no_drop(slot)?;
        module.own_sessions.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            module: Arc::clone(module),
            start,
            session: Some(session),
        })
    }

    /// Does something in it.
    pub(crate) fn run<T>(
        &self,
        run: impl FnOnce(&Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let running = self.module.enter();
        match &self.session {
            Some(session) if running.start() == self.start => run(session),
            _ => Err(stopped()),
        }
    }
}

impl Drop for OwnSession {
    fn drop(&mut self) {
        self.module.own_sessions.fetch_sub(1, Ordering::Relaxed);
        let running = self.module.enter();
        if let Some(session) = self.session.take()
            && running.start() == self.start
            && let Err(error) = session.close()
        {
            tracing::debug!(%error, "a session with the token was not closed");
        }
    }
}

fn stopped() -> Error {
    Error::Pkcs11(RvError::CryptokiNotInitialized, Function::OpenSession)
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
