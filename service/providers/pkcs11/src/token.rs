//! A token and its connection, which is opened on demand and again after it was lost.

use std::sync::{Arc, Mutex};

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::{MechanismInfo, MechanismType};
use cryptoki::object::{ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use parsec_contracts::Status;
use parsec_provider::{Binding, Counted, Counters, ProviderError, admit};

use crate::Settings;
use crate::connection::{TokenConnection, lock};
use crate::error::{failed, is_lost, is_unclear, not_present};
use crate::find::find;
use crate::identity::device;
use crate::login::{log_in, pin_refused};
use crate::module::{Module, Running};
use crate::object::{Id, Object};
use crate::renewal::Renewal;

/// A token, and its connection.
pub(crate) struct Token {
    pub(crate) module: Arc<Module>,
    settings: Settings,
    state: Mutex<State>,
    pub(crate) counters: Counters,
    /// Held while objects are created or removed. SoftHSM 2.6.1 returns `CKR_GENERAL_ERROR` if
    /// several threads do this concurrently.
    pub(crate) changes: Mutex<()>,
}

/// The current state of the token.
#[derive(Default)]
struct State {
    /// `None` after it was lost, until it is needed again.
    open: Option<Arc<TokenConnection>>,
    /// Whether the token rejected the PIN.
    pin_refused: bool,
    /// Limits restarts of the library to find the token.
    token_search: Renewal,
    /// Limits restarts of the library to find objects.
    object_search: Renewal,
}

impl Token {
    /// Loads the library, finds the token and logs in.
    pub(crate) fn open(settings: Settings) -> Result<Self, ProviderError> {
        let (module, is_new) = Module::load(&settings.library)?;
        let mut state = State::default();
        if is_new {
            // The library has just read its objects.
            state.token_search.is_due();
        }
        let token = Self {
            module,
            settings,
            state: Mutex::new(state),
            counters: Counters::new(),
            changes: Mutex::default(),
        };
        token.connected()?;
        Ok(token)
    }

    /// The token's mechanisms with their key sizes.
    pub(crate) fn mechanisms(&self) -> Result<Vec<(MechanismType, MechanismInfo)>, ProviderError> {
        let slot = self.connected()?.slot;
        let running = self.module.enter();
        let all = running
            .pkcs11
            .get_mechanism_list(slot)
            .and_then(|mechanisms| {
                let with_info = mechanisms.into_iter().map(|mechanism| {
                    let info = running.pkcs11.get_mechanism_info(slot, mechanism)?;
                    Ok((mechanism, info))
                });
                with_info.collect()
            });
        all.map_err(failed("listing the token's mechanisms"))
    }

    pub(crate) fn counted(&self) -> Counted {
        self.counters.read()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the open connection, or opens one.
    pub(crate) fn connected(&self) -> Result<Arc<TokenConnection>, ProviderError> {
        let mut state = lock(&self.state);
        if let Some(open) = &state.open {
            return Ok(Arc::clone(open));
        }
        if state.pin_refused {
            return Err(pin_refused());
        }
        let connected = self.connect(&mut state.token_search);
        if let Err(error) = &connected {
            state.pin_refused = error.status() == Status::PsaErrorNotPermitted;
        }
        let open = Arc::new(connected?);
        state.open = Some(Arc::clone(&open));
        Ok(open)
    }

    /// Finds the token and logs in. Restarts the library if it does not show the token: many
    /// libraries search for tokens only when they start.
    fn connect(&self, search: &mut Renewal) -> Result<TokenConnection, ProviderError> {
        let starting = "starting the PKCS #11 library";
        self.module.start().map_err(failed(starting))?;
        let start = self.module.enter().start();
        let connected = match self.reach() {
            Err(error) if error.status() != Status::PsaErrorNotPermitted && search.is_due() => {
                tracing::debug!(%error, "restarting the library to find the token");
                self.module.restart(start).map_err(failed(starting))?;
                self.reach()
            }
            reached => reached,
        }?;
        search.reset();
        Ok(connected)
    }

    /// Opens the connection if the library shows the token. The PIN is only sent to the right
    /// token.
    fn reach(&self) -> Result<TokenConnection, ProviderError> {
        let running = self.module.enter();
        let journal = &*self.settings.journal;
        let bound = match journal.binding()? {
            Binding::Bound(device) => Some(device),
            Binding::Released | Binding::Unbound => None,
        };
        let (slot, info) = find(running.pkcs11, &self.settings.token, bound.as_ref())?;
        admit(journal, &device(&info), |material| {
            let made_by = Object::decode(material).ok().map(|object| object.token);
            Ok(made_by.map(|serial| serial == info.serial_number()))
        })?;
        let anchor = running
            .pkcs11
            .open_rw_session_no_drop(slot)
            .map_err(failed("opening a session with the token"))?;
        log_in(&anchor, &info, self.settings.pin.as_ref())?;
        Ok(TokenConnection::new(&running, slot, info, anchor))
    }

    /// Runs a function in a session. If the token was lost, the connection is opened again and the
    /// function runs a second time, so it must be idempotent.
    pub(crate) fn run<T>(
        &self,
        doing: &'static str,
        run: impl Fn(&TokenConnection, &Session) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.attempt(&run)
            .and_then(|result| match result {
                Err(error) if is_lost(&error) => self.attempt(&run),
                other => Ok(other),
            })?
            .map_err(failed(doing))
    }

    /// Runs a function that creates objects: only once, and one at a time.
    pub(crate) fn change<T>(
        &self,
        run: impl FnOnce(&Session) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        self.ensure_open()?;
        self.attempt(|_, session| {
            let _changing = lock(&self.changes);
            run(session)
        })
    }

    /// Like [`Token::change`]. The handles that `run` adds to the list are cached.
    pub(crate) fn make<T>(
        &self,
        id: &Id,
        run: impl FnOnce(&Session, &mut Vec<(ObjectClass, ObjectHandle)>) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        self.ensure_open()?;
        self.attempt(|open, session| {
            let _changing = lock(&self.changes);
            let mut made = Vec::new();
            let result = run(session, &mut made)?;
            for (class, handle) in made {
                open.remember(id, class, handle);
            }
            Ok(result)
        })
    }

    /// Reopens a connection that is already lost before an object is created: afterwards it would
    /// be unknown whether it was.
    fn ensure_open(&self) -> Result<(), ProviderError> {
        self.run("making a key on the token", |open, session| {
            match open.answers(session) {
                true => Ok(()),
                false => Err(not_present()),
            }
        })
    }

    /// Runs a function in a session, for callers that handle the token's errors.
    pub(crate) fn attempt<T>(
        &self,
        run: impl FnOnce(&TokenConnection, &Session) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let open = self.connected()?;
        Ok(self.attempt_in(&open, |session| run(&open, session)))
    }

    /// Like [`Token::attempt`], but only in this connection.
    pub(crate) fn attempt_in<T>(
        &self,
        open: &Arc<TokenConnection>,
        run: impl FnOnce(&Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let result = {
            let running = self.module.enter();
            // Another provider may have restarted the library.
            match running.start() == open.start {
                true => in_session(&running, open, run),
                false => Err(Error::Pkcs11(
                    RvError::CryptokiNotInitialized,
                    Function::OpenSession,
                )),
            }
        };
        if let Err(error) = &result {
            self.note(open, error);
        }
        result
    }

    /// Closes the connection if the error means that it is lost.
    pub(crate) fn note(&self, open: &Arc<TokenConnection>, error: &Error) {
        if !is_lost(error) {
            return;
        }
        let mut state = lock(&self.state);
        if is_open(&state, open) {
            self.counters.count_reset();
            tracing::warn!(%error, "the token was lost; the next request logs in again");
            state.open = None;
        }
    }

    /// Makes the library read the token's objects again, because it does not show one that must
    /// exist: some libraries read objects only once. Returns `false` if that was done a moment ago,
    /// or would end a stream.
    pub(crate) fn search_objects(
        &self,
        open: &Arc<TokenConnection>,
    ) -> Result<bool, ProviderError> {
        let mut state = lock(&self.state);
        if !is_open(&state, open) {
            return Ok(true);
        }
        if self.module.has_own_sessions() || !state.object_search.is_due() {
            return Ok(false);
        }
        tracing::debug!("restarting the library to find a key's object");
        state.open = None;
        let restarted = self.module.restart(open.start);
        restarted.map_err(failed("starting the PKCS #11 library again"))?;
        Ok(true)
    }

    /// Resets the pause after missing objects were found.
    pub(crate) fn end_search(&self) {
        lock(&self.state).object_search.reset();
    }

    /// The open connection, if there is one.
    pub(crate) fn open_now(&self) -> Option<Arc<TokenConnection>> {
        lock(&self.state).open.clone()
    }
}

fn is_open(state: &State, open: &Arc<TokenConnection>) -> bool {
    state
        .open
        .as_ref()
        .is_some_and(|now| Arc::ptr_eq(now, open))
}

fn in_session<T>(
    running: &Running<'_>,
    open: &TokenConnection,
    run: impl FnOnce(&Session) -> Result<T, Error>,
) -> Result<T, Error> {
    let session = open.session(running.pkcs11)?;
    let error = match run(&session) {
        Ok(result) => {
            open.keep(session);
            return Ok(result);
        }
        // Libraries have many return values for a token that is gone.
        Err(error) if is_unclear(&error) && !open.answers(&session) => {
            tracing::debug!(%error, "the token no longer responds");
            not_present()
        }
        Err(error) => error,
    };
    // The number of a lost session may soon be that of a new one, which must not be closed. An
    // error leaves no operation active in the session (PKCS #11 v2.40, 5.2), but not all libraries
    // comply, and a new session costs little.
    if !is_lost(&error)
        && let Err(error) = session.close()
    {
        tracing::debug!(%error, "a session with the token was not closed");
    }
    Err(error)
}
