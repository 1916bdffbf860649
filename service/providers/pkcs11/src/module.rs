//! The vendors' libraries, each of which is loaded once in the process.

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

/// The loaded libraries. They are never unloaded: another provider may use them.
static LOADED: Mutex<Vec<(PathBuf, Arc<Module>)>> = Mutex::new(Vec::new());

/// A loaded library.
pub(crate) struct Module {
    pkcs11: Pkcs11,
    /// The number of times that it was started. Users of the library hold this lock for reading.
    ///
    /// A restarted library numbers sessions and objects from the beginning: an old handle would
    /// refer to something else, perhaps on another token.
    starts: RwLock<u64>,
    /// The number of open sessions of single computations.
    own_sessions: AtomicUsize,
}

impl Module {
    /// Loads and starts the library; the flag is `false` if it was loaded before.
    pub(crate) fn load(library: &Path) -> Result<(Arc<Self>, bool), ProviderError> {
        let failed = |error: Error| {
            let why = why(library, &error);
            ProviderError::new(Status::PsaErrorCommunicationFailure, why).with_source(error)
        };
        // A file may have two names.
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
        // No thread uses it while it starts.
        let mut starts = self.starts.write().unwrap_or_else(PoisonError::into_inner);
        let flags = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        match self.pkcs11.initialize(flags) {
            Ok(()) => *starts += 1,
            Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Stops the library and starts it again, unless that happened since `start`. It searches for
    /// its tokens again, and all sessions end.
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

    /// Whether a computation has a separate session, which a restart would end.
    pub(crate) fn has_own_sessions(&self) -> bool {
        self.own_sessions.load(Ordering::Relaxed) > 0
    }

    /// Locks the running library, so that it is not restarted. A thread that holds this lock must
    /// not wait for a thread that restarts the library.
    pub(crate) fn enter(&self) -> Running<'_> {
        Running {
            pkcs11: &self.pkcs11,
            starts: self.starts.read().unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// A library that is locked against a restart.
pub(crate) struct Running<'a> {
    pub(crate) pkcs11: &'a Pkcs11,
    starts: RwLockReadGuard<'a, u64>,
}

impl Running<'_> {
    /// The number of this start. Handles are only valid in one start.
    pub(crate) fn start(&self) -> u64 {
        *self.starts
    }
}

/// A session of one computation. It is closed when this is dropped.
pub(crate) struct OwnSession {
    module: Arc<Module>,
    start: u64,
    session: Option<Session>,
}

impl OwnSession {
    /// Opens a session.
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

    /// Runs a function in the session.
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
            "the PKCS #11 library {library} does not exist: install the vendor's package, or correct \
             library_path"
        ),
        Err(ErrorKind::PermissionDenied) => format!(
            "the PKCS #11 library {library} may not be read by this user: let the service's user \
             read it"
        ),
        _ => format!(
            "the PKCS #11 library {library} does not load or start ({error}): check that it is a \
             PKCS #11 library for this machine, and check its own configuration"
        ),
    }
}
